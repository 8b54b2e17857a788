# What is wrong is told although the other end of the pipe stays open.
text 3000000 > in
penstock compress in -q
printf 'X' | dd of=in.zst bs=1 seek=1000 conv=notrunc status=none
mkfifo pipe
exec 3<> pipe
{ cat in.zst in.zst >&3; } &
refuse 5 penstock decompress - -o out < pipe
says 'standard input: the zstd frame at byte 0'
kill $! 2> ignored || true
not test -e out
