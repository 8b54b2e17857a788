mkdir src
touch src/a src/b
penstock pack src -o out.zip 2> notices
cat notices >&2
[ "$(grep -c 'not encrypted' notices)" = 1 ]
with_password p4ssw0rd
penstock pack src -o aes.zip --password-file password 2> notices
not grep -q 'not encrypted' notices
