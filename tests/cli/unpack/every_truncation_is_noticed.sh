mkdir src
echo short > src/a
text 3000 > src/b
penstock pack src -o out.zip
size=$(stat -c %s out.zip)
for ((cut = 0; cut < size; cut += 23)); do
  head -c $cut out.zip > cut.zip
  code=0
  penstock verify cut.zip > /dev/null 2>&1 || code=$?
  [ $code = 5 ] || fail "cut at $cut of $size: exit code $code"
done
refuse 5 penstock unpack cut.zip -C into
[ ! -e into ] || only_here -C into
