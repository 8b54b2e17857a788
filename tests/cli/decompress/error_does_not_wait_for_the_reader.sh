# What is wrong is told although nobody takes what was made before it.
noise 1000000 > in
penstock compress in --codec gzip -q
mkfifo pipe out
exec 3<> pipe 4<> out
timeout 60 penstock decompress - -c < pipe > out 2> told 3>&- 4>&- &
cat in.gz >&3
head -c 100 <&4 > begun  # it writes, and then nobody reads on
printf 'what follows is no member' >&3
code=0
wait $! || code=$?
[ $code = 5 ] || fail "exit code $code: $(cat told)"
grep -q "^penstock: decompress: standard input: .*byte" told || fail "$(cat told)"
