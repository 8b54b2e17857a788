# Without the server's help contents are fetched and sent, large ones in parts, and are the same.
files_of_sizes tree 150 20000
noise 20000000 > tree/large
through_here() {
  make_bucket second
  penstock push tree s3://bucket/a --quiet
  penstock copy s3://bucket/a s3://second/b --no-server-copy --part-size 5M --multipart-above 8M --json > report
  python3 -c 'import json; r = json.load(open("report")); assert r["files"] == 151 and r["by_server"] == 0, r'
  stored get second got
  diff -r tree got/b
  penstock copy s3://bucket/a s3://second/b --no-server-copy 2> again
  grep -q '^copied 0 files' again || fail "$(cat again)"
  # What changed, vanished and appeared, and only that.
  echo changed > tree/large
  rm tree/d000/f00
  echo new > tree/new
  penstock push tree s3://bucket/a --delete --quiet
  penstock copy s3://bucket/a s3://second/b --no-server-copy --delete 2> third
  grep -q '^copied 2 files .* 1 deleted' third || fail "$(cat third)"
  rm -r got
  stored get second got
  diff -r tree got/b
}
with_s3 through_here
