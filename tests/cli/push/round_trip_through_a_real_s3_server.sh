# A tree to a bucket and back is the same tree; parts of a large file are put together.
make_tree tree
rm tree/latin1-*  # S3 wants keys in UTF-8
noise 20000000 > tree/large
marks() { (cd "$1" && find . -type f -printf '%p %m %T@\n' | sort); }
round_trip() {
  penstock push tree s3://bucket/some/where --part-size 5M --multipart-above 8M
  penstock push tree s3://bucket/some/where 2> again
  grep -q '^pushed 0 files' again || fail "$(cat again)"
  penstock check tree s3://bucket/some/where
  penstock pull s3://bucket/some/where back --part-size 5M --ranges-above 8M
  # A store has no directories: empty ones do not come back, and neither do their times and modes.
  find tree -mindepth 1 -type d -empty -delete
  diff -r --no-dereference tree back
  diff <(marks tree) <(marks back)
  penstock pull s3://bucket/some/where back 2> again
  grep -q '^pulled 0 files' again || fail "$(cat again)"
}
with_s3 round_trip
