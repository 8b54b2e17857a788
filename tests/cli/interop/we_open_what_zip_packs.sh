make_tree src
for options in -1 -9 -0 -fd -fz; do
  rm -rf back in.zip
  LC_ALL=C.UTF-8 zip -q -r -y $options in.zip src
  penstock unpack in.zip -C back
  same_tree src back/src
done
LC_ALL=C.UTF-8 zip -q -r -y - src | cat > streamed.zip
penstock unpack streamed.zip -C streamed
same_tree src streamed/src
# What came from standard input has the mode of that pipe.
text 5000 > text
cat text | zip -q in.zip -
rm -rf back
penstock unpack in.zip -C back
cmp text back/-
[ -f back/- ] || fail "not a regular file: $(ls -l back)"
