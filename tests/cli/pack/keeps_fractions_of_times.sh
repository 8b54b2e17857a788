mkdir src
echo a > src/a
touch -d '2021-03-04 05:06:07.1234567 UTC' src/a
touch -d '1999-12-31 23:59:59 UTC' src
penstock pack src -o out.zip
penstock unpack out.zip -C back
[ "$(stat -c %.7Y back/src/a)" = "$(stat -c %.7Y src/a)" ]
[ "$(stat -c %Y back/src)" = "$(stat -c %Y src)" ]
