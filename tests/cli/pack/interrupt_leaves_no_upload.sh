# Neither an object nor parts that cost space.
noise 60000000 > big
interrupt() {
  # A shell's background jobs ignore SIGINT, and penstock would too.
  env --default-signal penstock pack big -o s3://bucket/big.zip --codec store --part-size 5M --bandwidth 4M &
  until [ -n "$(stored uploads bucket)" ]; do kill -0 $! || fail "it ended too early"; done
  kill -INT $!
  code=0
  wait $! || code=$?
  [ $code = 130 ] || fail "exit code $code"
  [ -z "$(stored uploads bucket)" ] || fail "uploads are left"
  [ -z "$(stored keys bucket)" ] || fail "an object is there"
}
with_s3 interrupt
