# Damage elsewhere is not met: nothing else is read.
text 9000000 > in
for codec in zstd gzip; do
  penstock compress in --codec $codec -o x -q
  printf 'damage' | dd of=x bs=1 seek=5000 conv=notrunc status=none
  penstock decompress x -c -q --range 8500000:8500100 | cmp - <(tail -c +8500001 in | head -c 100)
  refuse 5 penstock decompress x -c --range 0:100 > ignored
  says "x: the .* at byte 0"
  rm x
done
