# Within one server the server copies, and nothing is lost: contents, times, modes, links.
make_tree tree
rm tree/latin1-*  # S3 wants keys in UTF-8
noise 20000000 > tree/large
marks() { (cd "$1" && find . -type f -printf '%p %m %T@\n' | sort); }
server_copies() {
  make_bucket second
  penstock push tree s3://bucket/a --quiet --part-size 5M --multipart-above 8M
  penstock copy s3://bucket/a s3://second/b --json > report
  python3 -c 'import json; r = json.load(open("report")); assert r["files"] == r["by_server"] > 0, r'
  penstock check s3://bucket/a s3://second/b
  penstock copy s3://bucket/a s3://second/b 2> again
  grep -q '^copied 0 files' again || fail "$(cat again)"
  penstock pull s3://second/b back --quiet
  find tree -mindepth 1 -type d -empty -delete
  diff -r --no-dereference tree back
  diff <(marks tree) <(marks back)
  # Within one bucket, too.
  penstock copy s3://second/b s3://second/c --quiet
  [ "$(stored keys second | grep -c ^c/)" = "$(stored keys second | grep -c ^b/)" ] || fail "not all"
}
with_s3 server_copies
