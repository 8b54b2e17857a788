mkdir src
echo same > src/a
echo same > src/b
with_password p4ssw0rd
penstock pack src -o one.zip --password-file password
penstock pack src -o two.zip --password-file password
not cmp -s one.zip two.zip
