echo one > one
echo two > two
existing() {
  penstock pack one -o s3://bucket/a.zip
  refuse 2 penstock pack two -o s3://bucket/a.zip
  says 's3://bucket/a\.zip exists; --force'
  # Also before the question for a password.
  refuse 2 penstock pack two -o s3://bucket/a.zip --encrypt < /dev/null
  [ "$(penstock list s3://bucket/a.zip --print0 | tr '\0' ' ')" = 'one ' ] || fail "it was replaced"
  penstock pack two -o s3://bucket/a.zip --force
  [ "$(penstock list s3://bucket/a.zip --print0 | tr '\0' ' ')" = 'two ' ] || fail "it was not replaced"
  penstock pack two -o s3://bucket/b.zip --dry-run
  [ "$(stored keys bucket)" = a.zip ] || fail "a dry run wrote"
}
with_s3 existing
