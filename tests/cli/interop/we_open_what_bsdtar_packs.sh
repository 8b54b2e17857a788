# AE-1 from 20 bytes up, AE-2 below; links and empty files plain.
make_tree src
rm src/nfd* # bsdtar composes such names
with_password secret
for options in zip:encryption=aes256 zip:encryption=aes128 zip:encryption=aes256,zip:compression=store; do
  rm -rf back in.zip
  LC_ALL=C.UTF-8 bsdtar -cf in.zip --format zip --options $options --passphrase secret src
  penstock unpack in.zip -C back --password-file password
  same_tree src back/src
done
rm -rf back in.zip
# To a pipe bsdtar fills up with zeros to a whole block of so many times 512 bytes, 20 by default.
for blocks in 1 20 200 2048; do
  rm -rf back in.zip
  LC_ALL=C.UTF-8 bsdtar -b $blocks -cf - --format zip src | cat > in.zip
  penstock unpack in.zip -C back
  same_tree src back/src
done
