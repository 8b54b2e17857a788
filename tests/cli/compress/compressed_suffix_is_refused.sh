text 1000 > in.gz
text 1000 > in.tgz
for name in in.gz in.tgz; do
  refuse 2 penstock compress $name
  says "$name has the suffix of a compressed file already"
done
only_here in.gz in.tgz
penstock compress in.gz --force -q
penstock compress in.gz -o other -q
cmp in.gz.zst other
