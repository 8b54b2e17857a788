odd_zip local-name in.zip
penstock unpack in.zip -C back --lenient 2> said
cat said >&2
grep -q '"good".*let pass' said
[ -e back/good ]
