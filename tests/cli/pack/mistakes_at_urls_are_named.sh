echo content > file
refuse 2 penstock pack file -o s3://bucket
says 'names no object'
refuse 2 penstock pack file -o ftp://host/x.zip
says 's3://bucket'
mistakes() {
  refuse 3 penstock pack file -o s3://nosuchbucket/x.zip --force
  says 's3://nosuchbucket'
  AWS_SECRET_ACCESS_KEY=canarycanarycanary refuse 4 penstock pack file -o s3://bucket/x.zip --force
  says 'SignatureDoesNotMatch'
  not grep -q canary refused
  refuse 1 penstock pack file -o s3://bucket/x.zip --endpoint http://127.0.0.1:9 --retries 1 --retry-base 1ms
  says '127.0.0.1'
  refuse 3 penstock pack missing -o s3://bucket/x.zip
  [ -z "$(stored keys bucket)" ] || fail "an object is there"
}
with_s3 mistakes
only_here file
