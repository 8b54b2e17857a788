mkdir src
ln -s ../../outside src/out
ln -s inside src/in
penstock pack src -o out.zip 2> notices
cat notices >&2
grep -q 'src/out' notices
not grep -q 'src/in' notices
