# 10,000 objects from a bucket into a directory into another bucket: every one once, byte for byte.
# (FILES: how many, where a machine is slow.)
count=${FILES:-10000}
files_of_sizes tree "$count" 8000
around() {
  make_bucket second
  penstock push tree s3://bucket --quiet
  penstock copy s3://bucket there --quiet
  diff -r tree there
  penstock copy there s3://second --quiet
  [ "$(stored keys second | wc -l)" = "$count" ] || fail "$(stored keys second | wc -l) objects"
  diff <(stored keys bucket) <(stored keys second)
  penstock check s3://bucket s3://second --checksum
  penstock check there s3://second
  penstock copy s3://bucket s3://second --no-server-copy 2> again
  grep -q '^copied 0 files' again || fail "$(cat again)"
}
with_s3 around
