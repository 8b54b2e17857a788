# Each with its cause and its exit code, and nothing is written.
noise 5000000 > file
penstock pack file -o whole.zip --codec store
head -c 4000000 whole.zip > cut.zip
refuse 2 penstock unpack s3://bucket -C into
says 'names no object'
mistakes() {
  refuse 3 penstock unpack s3://bucket/missing.zip -C into
  says 'missing\.zip'
  refuse 3 penstock unpack s3://nosuchbucket/a.zip -C into
  says 'nosuchbucket'
  s3 PUT bucket/cut.zip cut.zip
  refuse 5 penstock unpack s3://bucket/cut.zip -C into
  says 's3://bucket/cut\.zip: the archive is truncated'
  s3 PUT bucket/noise.zip file
  refuse 5 penstock list s3://bucket/noise.zip
  says 'not a ZIP archive'
  s3 PUT bucket/empty /dev/null
  refuse 5 penstock verify s3://bucket/empty
  AWS_SECRET_ACCESS_KEY=canarycanarycanary refuse 4 penstock unpack s3://bucket/cut.zip -C into
  not grep -q canary refused
  refuse 1 penstock unpack s3://bucket/a.zip -C into --endpoint http://127.0.0.1:9 --retries 1 --retry-base 1ms
  says '127.0.0.1'
}
with_s3 mistakes
[ ! -e into ] || fail "something was written"
