make_tree src
with_password secret
for options in '-mx1 -mem=AES128' '-mx1 -mem=AES192' '-mx1 -mem=AES256' '-mx0 -mem=AES256' '-mx9 -mem=AES256'; do
  rm -rf back in.zip
  # shellcheck disable=SC2086 # options are words
  7zz a -snl -tzip -psecret $options in.zip src > /dev/null
  penstock verify in.zip --password-file password
  penstock unpack in.zip -C back --password-file password
  same_tree src back/src
done
rm -rf back in.zip
7zz a -snl -tzip -mx1 in.zip src > /dev/null
penstock unpack in.zip -C back
same_tree src back/src
