mkdir -p src there
echo a > src/a
penstock pack src -o out.zip
(cd there && penstock unpack ../out.zip)
cmp src/a there/src/a
