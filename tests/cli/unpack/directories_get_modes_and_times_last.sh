mkdir -p src/locked/below
echo a > src/locked/below/a
chmod 555 src/locked/below src/locked
touch -d '2011-11-11 UTC' src/locked/below src/locked src
penstock pack src -o out.zip
chmod 777 .
as_nobody penstock unpack out.zip -C back
same_tree src back/src
