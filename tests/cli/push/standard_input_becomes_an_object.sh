# What comes through a pipe becomes an object: all of it or nothing, a short one and one in parts.
noise 12000000 > big
streams() {
  penstock push - s3://bucket/empty --quiet < /dev/null
  echo hello | penstock push - s3://bucket/note.txt --metadata owner=me
  cat big | penstock push - s3://bucket/deep/big --part-size 5M --json > report
  python3 -c 'import json; r = json.load(open("report")); assert r["files"] == 1 and r["bytes"] == 12000000, r'
  stored get bucket got
  [ ! -s got/empty ] || fail "not empty"
  [ "$(cat got/note.txt)" = hello ] || fail "$(cat got/note.txt)"
  cmp big got/deep/big
  # It replaces, unless told not to.
  echo again | penstock push - s3://bucket/note.txt --quiet
  [ "$(s3 GET bucket/note.txt)" = again ] || fail "not replaced"
  refuse 2 penstock push - s3://bucket/note.txt --if-absent < big
  [ "$(s3 GET bucket/note.txt)" = again ] || fail "replaced"
  refuse 2 penstock push - s3://bucket/ < big
  says 'name one object'
  refuse 2 penstock push - directory < big
  refuse 3 penstock push - s3://nosuchbucket/x < big
  [ -z "$(stored uploads bucket)" ] || fail "uploads are left"
}
with_s3 streams
