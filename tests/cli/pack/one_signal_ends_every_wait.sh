# A stalled reader or writer of a pipe must not keep one Ctrl-C from being heeded.
mkfifo pipe
exec 3<> pipe  # somebody has it open and does nothing more

# ends_with_one SIGNAL: it goes to the command in the background, which must say nothing but that.
ends_with_one() {
  local code=0
  kill "-$1" $!
  wait $! || code=$?
  [ $code = 130 ] || fail "exit code $code, expected 130: $(cat told)"
}
# until_it_waits_for FILE: it has begun (and is no shell any more), and has FILE open.
until_it_waits_for() {
  until grep -qsx penstock "/proc/$!/comm" && ls -l "/proc/$!/fd" | grep -q "$1\$"; do
    kill -0 $! || fail "it ended: $(cat told)"
  done
}

noise 3000000 > big
for signal in INT TERM HUP; do
  env --default-signal penstock pack big -o - > pipe 2> told 3>&- &
  head -c 100 <&3 > begun  # it writes; the rest nobody takes
  ends_with_one $signal
  grep -q 'cancelled' told || fail "it says: $(cat told)"
  # What is left in the pipe must not be met by the next one.
  dd if=pipe of=rest iflag=nonblock bs=1M status=none 2> ignored || true

  env --default-signal penstock pack --files-from pipe -o out.zip 2> told 3>&- &
  until_it_waits_for /pipe
  ends_with_one $signal
done
not test -e out.zip

# Nor a list that nobody feeds on standard input, nor a pipe that nobody has open at all.
mkfifo unused
env --default-signal penstock pack --files-from - -o out.zip < pipe 2> told 3>&- &
until_it_waits_for /pipe
ends_with_one INT
env --default-signal penstock pack --files-from unused -o out.zip 2> told 3>&- &
until_it_waits_for /unused
ends_with_one INT
