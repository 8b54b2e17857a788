# An archive goes to a store in parts while it is made, and other tools open what arrived.
make_tree tree
noise 20000000 > tree/large
with_password secret
streams() {
  penstock pack tree -o s3://bucket/dir/ --password-file password --part-size 5M
  [ "$(stored keys bucket)" = dir/tree.zip ] || fail "there is: $(stored keys bucket)"
  [ -z "$(stored uploads bucket)" ] || fail "uploads are left"
  s3 GET bucket/dir/tree.zip > got.zip
  7zz t -psecret got.zip > /dev/null
  penstock unpack s3://bucket/dir/tree.zip -C back --password-file password
  same_tree tree back/tree
  penstock pack tree/large -o s3://bucket/plain.zip --codec store --json > report
  grep -q 's3://bucket/plain.zip' report
  penstock verify s3://bucket/plain.zip
}
with_s3 streams
