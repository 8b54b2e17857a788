{ text 3000000; noise 1500000; text 100; } > in
penstock compress in -q
penstock compress in --codec gzip -q
penstock compress in --codec huffman -o huffman.gz -q
zstd -dcq in.zst | cmp - in
zstd -tq in.zst
7zz x -so in.zst 2> ignored | cmp - in
for file in in.gz huffman.gz; do
  gzip -dc $file | cmp - in
  gzip -t $file
  ! command -v pigz > ignored || pigz -dc $file | cmp - in
  7zz x -so $file 2> ignored | cmp - in
  python3 -c 'import gzip, sys; sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())' $file | cmp - in
done
