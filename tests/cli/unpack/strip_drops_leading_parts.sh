mkdir -p src/a/b
echo 1 > src/a/b/c
echo 2 > src/d
penstock pack src -o out.zip
penstock unpack out.zip -C back --strip 1
cmp src/a/b/c back/a/b/c
cmp src/d back/d
