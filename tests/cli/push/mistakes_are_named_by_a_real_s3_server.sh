# What cannot be: each with its cause, its exit code, and no retry.
mkdir tree
echo content > tree/file
mistakes() {
  refuse 3 penstock push tree s3://nosuchbucket/x
  says 'nosuchbucket'
  refuse 3 penstock push missing s3://bucket/x
  says 'missing'
  AWS_SECRET_ACCESS_KEY=canarycanarycanary refuse 4 penstock push tree s3://bucket/x --verbose
  says 'SignatureDoesNotMatch'
  not grep -q canary refused
  AWS_ACCESS_KEY_ID=NOBODY refuse 4 penstock push tree s3://bucket/x
  says 'InvalidAccessKeyId'
  refuse 1 penstock push tree s3://bucket/x --endpoint http://127.0.0.1:9 --retries 1 --retry-base 1ms
  says '127.0.0.1'
  refuse 1 penstock push tree s3://bucket/x --endpoint http://nosuchhost.invalid --retries 0
  says 'nosuchhost.invalid'
  refuse 3 penstock pull s3://bucket/nothing back
}
with_s3 mistakes
