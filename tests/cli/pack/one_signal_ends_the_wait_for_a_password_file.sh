# label: native
# (ThreadSanitizer puts a signal off while a thread is in read(), which then waits on.)
mkfifo pipe
exec 3<> pipe  # somebody has it open and writes nothing
echo a > a
for signal in INT TERM HUP; do
  env --default-signal penstock pack a --password-file pipe -o out.zip 2> told 3>&- &
  until grep -qsx penstock "/proc/$!/comm" && ls -l "/proc/$!/fd" | grep -q '/pipe$'; do
    kill -0 $! || fail "it ended: $(cat told)"
  done
  code=0
  kill -$signal $!
  wait $! || code=$?
  [ $code = 130 ] || fail "exit code $code, expected 130: $(cat told)"
done
not test -e out.zip
