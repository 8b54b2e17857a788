make_tree src
text 9000000 > src/large
for threads in 1 2 7; do
  penstock pack src -o $threads.zip --threads $threads
  penstock pack src -o $threads-zstd.zip --threads $threads --codec zstd
done
cmp 1.zip 2.zip
cmp 1.zip 7.zip
cmp 1-zstd.zip 2-zstd.zip
cmp 1-zstd.zip 7-zstd.zip
