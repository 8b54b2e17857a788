# All of it is read and checked; damage is named.
make_tree tree
noise 3000000 > tree/large
at_url() {
  penstock pack tree -o s3://bucket/a.zip --codec store
  penstock verify s3://bucket/a.zip > said 2>&1
  grep -q '^OK: ' said || fail "$(cat said)"
  s3 GET bucket/a.zip > a.zip
  python3 - << 'PY'
data = bytearray(open("a.zip", "rb").read())
noise = open("tree/large", "rb").read()
data[data.index(noise[:100]) + 1_000_000] ^= 1
open("a.zip", "wb").write(data)
PY
  s3 PUT bucket/a.zip a.zip
  refuse 5 penstock verify s3://bucket/a.zip
  says 'tree/large.*CRC'
}
with_s3 at_url
