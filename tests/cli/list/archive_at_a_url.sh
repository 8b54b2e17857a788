# The same as of the file, with three requests at most.
make_tree tree
penstock pack tree -o a.zip
at_url() {
  s3 PUT bucket/a.zip a.zip
  takes_requests 3 penstock list s3://bucket/a.zip > far
  penstock list a.zip > near
  diff near far
  penstock list s3://bucket/a.zip 'tree/*' --json > far
  grep -q '"s3://bucket/a.zip"' far
}
with_s3 at_url
