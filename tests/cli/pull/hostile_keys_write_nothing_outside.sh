# Keys that lead out of the directory are named, the others come.
hostile() {
  echo bad > bad
  s3 PUT 'bucket/p/../../escaped' bad
  s3 PUT 'bucket/p/a//b' bad
  s3 PUT 'bucket/p/good' bad
  mkdir -p deep/er
  refuse 1 penstock pull s3://bucket/p deep/er/into
  says 'escaped'
  [ ! -e escaped ] && [ ! -e deep/escaped ] || fail "it was written outside"
  only_here -C deep/er/into good
}
with_s3 hostile
