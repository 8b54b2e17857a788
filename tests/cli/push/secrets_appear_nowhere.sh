# Keys and tokens are in no output, journal, temporary file or command line, whether a push succeeds, is refused
# or meets faults; the process can leave no core dump, and starts no other one.
make_tree tree
rm tree/latin1-*  # S3 wants keys in UTF-8
noise $((6 << 20)) > tree/large
export TMPDIR=$PWD/tmp
mkdir tmp
# Where the server has its own files is no place of ours.
found() { grep -rlaF --exclude-dir='penstock-rgw-*' -e "$1" -- . "$HOME" || true; }
appears_nowhere() {
  local where
  where=$(found "$1")
  [ -z "$where" ] || fail "$2 is in: $where"
}
push() { penstock push tree s3://bucket/p --part-size 5M --multipart-above 5M --verbose "$@"; }
in_flight() {
  local process
  stopped_at sendto,sendmsg:when=3 penstock push tree s3://bucket/q --verbose
  process=/proc/${running// /}
  # Looked at first and judged later: a test that fails here would leave it stopped.
  cp "$process/cmdline" "$process/limits" .
  cat "$process"/task/*/children > children
  found "$AWS_SECRET_ACCESS_KEY" > found_then
  ends_with 0
  [ ! -s found_then ] || fail "the key of a running push is in: $(cat found_then)"
  not grep -qaF -e "$AWS_SECRET_ACCESS_KEY" cmdline
  [ ! -s children ] || fail "it has started a program"
  grep -q '^Max core file size *0 *0 ' limits || fail "it may leave a core dump"
}
watched() {
  in_flight
  fault_proxy --slow-down 30 --cut-answer 10 --wrong-date 3
  push --retries 20 > out1 2> said1
  grep -q 'retrying' said1
  end_fault_proxy
  push --json --stats > out2 2> said2
  appears_nowhere "$AWS_SECRET_ACCESS_KEY" 'the key of a good push'

  # Refused: for the key, for the token, by nobody, and as --json.
  local canary=CANARYabcdefghijklmnopqrstuvwxyz0123456789
  export AWS_SECRET_ACCESS_KEY=$canary
  refuse 4 push > out3
  cp refused said3
  refuse 4 push --json > out4
  cp refused said4
  export AWS_SESSION_TOKEN=TOKEN$canary
  refuse 4 push > out5
  cp refused said5
  refuse 1 push --endpoint http://127.0.0.1:9 --retries 1 --retry-base 1ms > out6
  cp refused said6
  refuse 4 penstock pull s3://bucket/p back --verbose > out7
  cp refused said7
  refuse 4 penstock check tree s3://bucket/p --verbose > out8
  appears_nowhere "$canary" 'the wrong key'
}
with_s3 watched
