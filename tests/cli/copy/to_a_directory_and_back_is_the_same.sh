# A bucket into a directory, the directory into another bucket: the same objects, as pull and push make them.
files_of_sizes tree 200 20000
around() {
  make_bucket second
  penstock push tree s3://bucket --quiet
  penstock copy s3://bucket there --quiet
  diff -r tree there
  penstock copy there s3://second --quiet
  diff <(stored keys bucket) <(stored keys second)
  penstock check s3://bucket s3://second --checksum
  penstock copy s3://bucket there 2> again
  grep -q '^copied 0 files' again || fail "$(cat again)"
  # What push has sent copy knows, and the other way round.
  penstock push there s3://second 2> again
  grep -q '^pushed 0 files' again || fail "$(cat again)"
}
with_s3 around
