# A file that is another one at each look has failed, by name; one that changed once is sent as it became; one
# that vanishes has failed. The others arrive, and the next run brings the rest.
mkdir tree
noise 300000 > tree/odd
for n in 1 2 3; do echo $n > tree/$n; done

# changing_until_it_ends_with CODE: what stopped_at began, stopped at each read; each time the file is another one.
changing_until_it_ends_with() {
  local code=0
  while kill -0 $! 2> ignored; do
    change
    kill -CONT $running 2> ignored || true
  done
  wait $! || code=$?
  cat refused >&2
  [ $code = "$1" ] || fail "exit code $code, expected $1"
}
change() { echo more >> tree/odd; }

stopped_at pread64,read:when=1+ -P "$PWD/tree/odd" penstock push tree there --no-journal
changing_until_it_ends_with 1
says 'odd.*changed'
[ ! -e there/odd ] || fail "it was sent while it changed"
for n in 1 2 3; do cmp tree/$n there/$n; done

stopped_at pread64,read:when=1 -P "$PWD/tree/odd" penstock push tree there --no-journal
change
ends_with 0
cmp tree/odd there/odd

rm -r there
stopped_at pread64,read:when=1 -P "$PWD/tree/odd" penstock push tree there --no-journal
rm tree/odd
ends_with 1
says 'odd'
[ ! -e there/odd ] || fail "what has vanished was sent"
for n in 1 2 3; do cmp tree/$n there/$n; done
penstock push tree there --no-journal
