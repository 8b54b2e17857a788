text 1000 > in
chmod 640 in
touch -d '2021-02-03 04:05:06.789' in
penstock compress in -q
penstock decompress in.zst -o back -q
for file in in.zst back; do
  [ "$(stat -c '%a %y' $file)" = "$(stat -c '%a %y' in)" ] || fail "$(stat $file)"
done
# Set-id bits are not: the content is somebody else's.
chmod 4755 in
penstock compress in -o other.zst -q
[ "$(stat -c %a other.zst)" = 755 ]
