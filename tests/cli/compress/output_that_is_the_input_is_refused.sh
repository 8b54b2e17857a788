text 1000 > in
cp in before
ln in same
for out in in same; do
  refuse 2 penstock compress in -o $out --force
  says 'the output is the input'
done
refuse 2 penstock compress - < in >> in
says 'the output is the input'
cmp in before
