# A shell's background jobs ignore SIGINT, and penstock would too.
env --default-signal penstock bench --seconds 600 > out 2> told &
until grep -qs bench "/proc/$!/task/"*/comm; do kill -0 $! || fail "it ended too early: $(cat told)"; done
kill -INT $!
code=0
wait $! || code=$?
[ $code = 130 ] || fail "exit code $code"
[ ! -s out ] || fail 'a part of the table was printed'
