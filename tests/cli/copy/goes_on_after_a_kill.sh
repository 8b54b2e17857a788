# Killed in the middle of a large object: the next run goes on with its parts, and leaves no upload behind.
mkdir tree
noise 60000000 > tree/large
files_of_sizes tree 50 5000
killed() {
  make_bucket second
  penstock push tree s3://bucket --quiet
  penstock copy s3://bucket s3://second --no-server-copy --bandwidth 10M --part-size 5M --quiet &
  until [ -n "$(stored uploads second)" ]; do kill -0 $! || fail "it ended too early"; done
  kill -9 $!
  wait $! || true
  not grep -qx large <(stored keys second)
  penstock copy s3://bucket s3://second --no-server-copy --part-size 5M
  stored get second got
  diff -r tree got
  [ -z "$(stored uploads second)" ] || fail "uploads are left"
}
with_s3 killed
