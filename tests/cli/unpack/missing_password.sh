mkdir src
echo a > src/a
with_password right
penstock pack src -o out.zip --password-file password
refuse 4 setsid -w penstock unpack out.zip -C into
says '--password-file'
[ ! -e into ] || only_here -C into
