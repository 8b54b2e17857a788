# An object through a pipe, whole or in ranges, and nothing else on standard output.
noise 12000000 > big
streams() {
  s3 PUT bucket/big big
  penstock pull s3://bucket/big - > whole
  cmp big whole
  penstock pull s3://bucket/big - --part-size 1M --verbose | cmp big
  : > empty
  s3 PUT bucket/empty empty
  [ -z "$(penstock pull s3://bucket/empty - --quiet)" ] || fail "not empty"
  refuse 3 penstock pull s3://bucket/missing -
  refuse 2 penstock pull s3://bucket/ -
  says 'name one object'
  refuse 2 penstock pull s3://bucket/big - --json
}
with_s3 streams
