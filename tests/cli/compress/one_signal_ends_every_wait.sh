# A stalled reader or writer of a pipe must not keep one Ctrl-C from being heeded.
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
# It has taken all that the pipe held, and so it waits for more.
until_it_waits_for_more() {
  python3 -c '
import fcntl, os, sys, termios
while int.from_bytes(fcntl.ioctl(0, termios.FIONREAD, bytes(4)), sys.byteorder):
    os.kill(int(sys.argv[1]), 0)' $! <&3 || fail "it ended: $(cat told)"
}
for signal in INT TERM; do
  for command in "compress big" "decompress big.zst"; do
    env --default-signal penstock $command -c > pipe 2> told 3>&- &
    head -c 100 <&3 > begun  # it writes; the rest nobody takes
    ends_with_one $signal
    dd if=pipe of=rest iflag=nonblock bs=1M status=none 2> ignored || true
  done
  for command in compress decompress; do
    head -c 1000 big.zst >&3
    env --default-signal penstock $command - -o out < pipe 2> told 3>&- &
    until_it_waits_for_more
    ends_with_one $signal
  done
done
not test -e out
