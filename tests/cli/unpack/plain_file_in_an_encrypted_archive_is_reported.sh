mkdir src
echo a > src/a
with_password secret
penstock pack src -o out.zip --password-file password
echo smuggled > plain
7zz a -tzip out.zip plain > /dev/null
refuse 1 penstock unpack out.zip -C back --password-file password
says 'plain.*not encrypted'
refuse 1 penstock verify out.zip --password-file password
says 'plain'
