# By ranged reads: one file of an archive takes four requests, whatever the archive holds.
make_tree tree
noise 6000000 > tree/large
for i in $(seq 300); do echo "content of $i" > tree/many-$i; done
with_password secret
unpack_some() {
  penstock pack tree -o s3://bucket/plain.zip
  penstock pack tree -o s3://bucket/secret.zip --password-file password
  takes_requests 4 penstock unpack s3://bucket/plain.zip tree/many-150 -C one
  cmp one/tree/many-150 tree/many-150
  takes_requests 4 penstock unpack s3://bucket/secret.zip tree/many-150 -C two --password-file password
  cmp two/tree/many-150 tree/many-150
  penstock unpack s3://bucket/secret.zip -C all --password-file password
  same_tree tree all/tree
  penstock unpack s3://bucket/plain.zip -C alone --threads 1 --workers 2
  same_tree tree alone/tree
  refuse 4 penstock unpack s3://bucket/secret.zip -C none < /dev/null
  PENSTOCK_PASSWORD=wrong refuse 4 penstock unpack s3://bucket/secret.zip -C none
  [ ! -e none ] || fail "something was written"
}
with_s3 unpack_some
