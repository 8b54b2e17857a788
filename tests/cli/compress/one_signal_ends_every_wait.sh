# label: native
# (ThreadSanitizer runs no handler while a thread waits in read().)
mkfifo pipe
exec 3<> pipe  # somebody has it open and does nothing more
noise 3000000 > big
penstock compress big -q

# ends_with_one SIGNAL: it goes to the command in the background, which must say nothing but that.
ends_with_one() {
  local code=0
  kill "-$1" $!
  wait $! || code=$?
  [ $code = 130 ] || fail "exit code $code, expected 130: $(cat told)"
}
# Two of its threads are in poll(2): that for the signals, and that which reads.
until_it_waits() {
  until [ "$(cat /proc/$!/task/*/syscall 2> /dev/null | grep -c '^7 ')" -ge 2 ]; do
    kill -0 $! || fail "it ended: $(cat told)"
  done
}
for signal in INT TERM; do
  for command in "compress big" "decompress big.zst"; do
    env --default-signal penstock $command -c > pipe 2> told 3>&- &
    head -c 100 <&3 > begun  # it writes; the rest nobody takes
    ends_with_one $signal
    dd if=pipe of=rest iflag=nonblock bs=1M status=none 2> ignored || true
  done
  for command in compress decompress; do
    env --default-signal penstock $command - -o out < pipe 2> told 3>&- &
    until_it_waits
    ends_with_one $signal
  done
done
not test -e out
