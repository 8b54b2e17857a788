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
# One frame or member, and headers: of zstd's blocks (here of 128 KiB each), of gzip's members.
noise 64000000 > in
penstock compress in -q
penstock compress in --codec gzip -q
for case in "in.zst $((4 << 20))" "in.gz $((1 << 20))"; do
  read -r file unit <<< "$case"
  penstock decompress "$file" -c -q --range 63000000:63000100 | cmp - <(tail -c +63000001 in | head -c 100)
  for range in 0:100 31000000:31000100 63000000:63000100; do
    bytes=$(bytes_read "$file" penstock decompress "$file" -c -q --range $range)
    [ "$bytes" -ge 100 ] && [ "$bytes" -le $((unit + 200000)) ] || fail "$file, $range: $bytes bytes read"
  done
done
# The file that was opened is the file that is read.
strace -f -qq -P in.zst -e trace=openat -o opened env ASAN_OPTIONS=detect_leaks=0 \
  penstock decompress in.zst -c -q --range 0:100 > ignored
[ "$(grep -c 'openat.*= [0-9]' opened)" = 1 ] || fail "$(cat opened)"
