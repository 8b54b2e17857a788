{ text 5000000; noise 3000000; head -c 9000000 /dev/zero; } > in
for codec in "zstd --level 1" zstd "zstd --level 5" gzip "gzip --level 1" huffman; do
  for threads in 1 2 7; do
    penstock compress in -c --codec $codec --threads $threads -q > $threads
  done
  cmp 1 2
  cmp 1 7
  # Nor does how much memory there is, or how the input comes.
  cat in | penstock compress - --codec $codec --memory 1M -q | cmp - 1
done
