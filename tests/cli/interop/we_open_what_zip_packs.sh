make_tree src
for options in -1 -9 -0 -fz; do
  rm -rf back in.zip
  LC_ALL=C.UTF-8 zip -q -r -y $options in.zip src
  penstock unpack in.zip -C back
  same_tree src back/src
done
# With descriptors, forced or because it writes to a pipe, zip refuses what it stores, and links are stored.
cp -a src unlinked
find unlinked -type l -delete
rm -rf back in.zip
LC_ALL=C.UTF-8 zip -q -r -fd in.zip unlinked
penstock unpack in.zip -C back
same_tree unlinked back/unlinked
LC_ALL=C.UTF-8 zip -q -r - unlinked | cat > streamed.zip
penstock unpack streamed.zip -C streamed
same_tree unlinked streamed/unlinked
# What came from standard input has the mode of that pipe.
text 5000 > text
cat text | zip -q in.zip -
rm -rf back
penstock unpack in.zip -C back
cmp text back/-
[ -f back/- ] || fail "not a regular file: $(ls -l back)"
