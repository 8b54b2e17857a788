# It grows while it is read: what was read is no state it ever had.
text 60000000 > in
env strace -f -qq -o trace -e trace=write -e inject=write:delay_enter=50ms \
  penstock compress in --threads 1 2> refused &
# Its first frame is on its way: the file was opened, and is not read to its end yet.
until grep -qF '265/' trace 2> ignored; do kill -0 $! || fail "it ended too early: $(cat refused)"; done
echo more >> in
code=0
wait $! || code=$?
cat refused >&2
[ $code = 1 ]
says 'in changed while it was read'
not test -e in.zst
