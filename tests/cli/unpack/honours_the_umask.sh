mkdir src
touch src/a
chmod 777 src/a src
penstock pack src -o out.zip
(umask 027 && penstock unpack out.zip -C back)
[ "$(stat -c %a back/src/a)" = 750 ]
[ "$(stat -c %a back/src)" = 750 ]
