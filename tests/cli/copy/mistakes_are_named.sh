# What cannot be: each with its cause and its exit code.
refuse 2 penstock copy s3://bucket
says 'two places'
refuse 2 penstock copy a b --journal j --no-journal
says 'contradict'
mistakes() {
  echo content > file
  s3 PUT bucket/x/file file
  refuse 3 penstock copy s3://nosuchbucket s3://bucket/y
  says 'nosuchbucket'
  refuse 3 penstock copy s3://bucket/x s3://nosuchbucket
  says 'nosuchbucket'
  refuse 3 penstock copy s3://bucket/x s3://nosuchbucket --no-server-copy
  says 'nosuchbucket'
  refuse 3 penstock copy s3://bucket/nothing s3://bucket/y
  says 'nothing at s3://bucket'
  AWS_SECRET_ACCESS_KEY=canarycanarycanary refuse 4 penstock copy s3://bucket/x s3://bucket/y --verbose
  says 'SignatureDoesNotMatch'
  not grep -q canary refused
  refuse 2 penstock copy s3://bucket/x s3://bucket/x/y
  says 'lies within'
  refuse 2 penstock copy s3://bucket/x s3://bucket --delete
  says 'remove the source'
  refuse 3 penstock copy missing s3://bucket/y
  says 'missing'
  penstock copy s3://bucket/x s3://bucket/y --dry-run
  [ "$(stored keys bucket)" = x/file ] || fail "something was made: $(stored keys bucket)"
}
with_s3 mistakes
