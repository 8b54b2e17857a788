make_tree src
with_password 'correct horse'
penstock pack src -o out.zip --password-file password --aes 128
penstock unpack out.zip -C back --password-file password
same_tree src back/src
7zz l -slt out.zip > listed # no pipe: grep -q leaves before 7zz has told all
grep -q 'Method = AES-128' listed
