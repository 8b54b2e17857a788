make_tree src
rm src/nfd* src/latin1* # bsdtar rewrites such names
with_password secret
text 9000000 > src/large
for options in '' '--aes 128' '--level 1' '--level 9' '--codec store' '--codec huffman'; do
  rm -rf back out.zip
  mkdir back
  # shellcheck disable=SC2086 # options are words
  penstock pack src -o out.zip --password-file password $options
  LC_ALL=C.UTF-8 bsdtar -xf out.zip --passphrase secret -C back
  same_tree src back/src
done
