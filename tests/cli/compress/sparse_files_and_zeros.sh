truncate -s 300M in
echo end >> in
penstock compress in -q
[ "$(stat -c %s in.zst)" -lt 100000 ]
penstock decompress in.zst -o back -q
cmp in back
