# A name longer than the store keeps, a file that may not be read, objects the server gives no right to put: each
# is named with its cause, the exit code is 1, and everything else is there.
mkdir tree
for n in 1 2 3; do echo $n > tree/$n; done
export long
long=$(printf 'd%.0s' $(seq 250))
mkdir -p tree/$long/$long/$long/$long
echo deep > tree/$long/$long/$long/$long/and-a-name-that-makes-it-too-long

with_limits() {
  refuse 1 penstock push tree s3://bucket/p
  says 'and-a-name-that-makes-it-too-long'
  says '1024|1,024'
  diff <(stored keys bucket) <(printf 'p/%s\n' 1 2 3)
  rm -r tree/$long

  cat > policy << END
{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                                         "Resource": "arn:aws:s3:::bucket/denied/2"}]}
END
  s3 PUT 'bucket?policy' policy
  refuse 1 penstock push tree s3://bucket/denied
  says 'tree/2.*AccessDenied'
  diff <(stored keys bucket | grep denied) <(printf 'denied/%s\n' 1 3)
}

unreadable() {
  chmod 000 tree/2
  mkdir -m 777 there
  refuse 1 as_nobody penstock push tree there --no-journal
  says 'tree/2.*Permission denied'
  diff <(ls there) <(printf '%s\n' 1 3)
}
with_s3 with_limits
unreadable
