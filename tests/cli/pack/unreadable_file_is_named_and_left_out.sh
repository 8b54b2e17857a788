mkdir -p src/locked
echo a > src/a
echo b > src/b
echo c > src/locked/c
chmod 000 src/b src/locked
chmod 777 .
refuse 1 as_nobody penstock pack src -o out.zip
says 'src/b'
says 'src/locked'
penstock unpack out.zip -C back
cmp src/a back/src/a
[ ! -e back/src/b ]
