odd_zip set-id in.zip
penstock unpack in.zip -C back
[ "$(stat -c %a back/file)" = 755 ]
