# Two inputs that give one output, and an output that is another input: refused before anything is
# touched, with --force too, and named both.
text 1000 > one
text 2000 > two
gzip -c one > x.gz
zstd -qc two > x.zst
for force in "" --force; do
  refuse 2 penstock decompress x.gz x.zst $force --rm
  says 'x.gz and x.zst would both become x: one of them would be lost'
  refuse 2 penstock decompress x.gz ./../"${PWD##*/}"/x.gz $force
  says 'x.gz is named twice'
done
cp x.gz foo.tgz
cp x.gz foo.tar.gz
refuse 2 penstock decompress foo.tgz foo.tar.gz --force
says 'foo.tgz and foo.tar.gz would both become foo.tar'
mkdir d
ln -s d way
cp x.gz d/y.gz
cp x.zst d/y.zst
refuse 2 penstock decompress d/y.gz way/y.zst --force
only_here one two x.gz x.zst foo.tgz foo.tar.gz d way
only_here -C d y.gz y.zst

# An output that is an input: by name, by link, by hard link; before and behind.
penstock compress one --codec gzip -q
cp one one.before
ln one hard
ln -s one link
for other in one ./one hard link; do
  refuse 2 penstock decompress --force one.gz $other
  says 'one.gz would replace one'
  refuse 2 penstock decompress --force $other one.gz
done
cmp one one.before
# Without --force what exists is kept, and the others are done.
refuse 1 penstock compress two one.gz
says 'one.gz has the suffix'
refuse 1 penstock decompress one.gz x.gz
says 'one: already exists'
cmp one one.before
cmp one x
rm x

# What can be told apart is done.
penstock decompress x.gz d/y.gz -q
cmp one x
cmp one d/y
# Nothing is written, so nothing meets.
penstock decompress --test x.gz x.zst x.gz -q
penstock decompress -c x.gz x.zst -q | cmp - <(cat one two)
