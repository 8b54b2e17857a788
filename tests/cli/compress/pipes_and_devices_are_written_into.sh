# What -o names is written into when it is a pipe or a device, or a link to one; never replaced.
text 3000000 > in
penstock compress in -o expected -q
mkfifo pipe
ln -s /dev/null null
ln -s pipe way

for out in /dev/null null; do
  penstock compress in -o $out -q
  penstock decompress expected -o $out -q --force
done
[ -c /dev/null ] && [ "$(readlink null)" = /dev/null ]

# The reader may come before or after.
for out in pipe way; do
  cat pipe > got &
  penstock compress in -o $out -q --force
  wait $!
  cmp got expected
  penstock decompress expected -o $out -q &
  cmp pipe in
  wait $!
done
[ -p pipe ] && [ -L way ]
# A signal ends the wait for one.
env --default-signal penstock compress in -o pipe 2> told &
until [ "$(cat /proc/$!/task/*/syscall 2> ignored | grep -c '^7 ')" -ge 2 ]; do
  kill -0 $! || fail "it ended: $(cat told)"
done
code=0
kill -INT $!
wait $! || code=$?
[ $code = 130 ] || fail "exit code $code: $(cat told)"

if [ -c /dev/full ]; then
  refuse 1 penstock compress in -o /dev/full
  says 'write /dev/full: No space left'
fi
penstock compress in -o /dev/stdout -q > got
cmp got expected
penstock compress in -o /dev/stdout -q | cmp - expected

# Nothing that only was written into makes up for the input.
refuse 2 penstock compress in --rm -o /dev/null
says '/dev/null is no file: the input is not removed'

# A name that nobody typed is for a file.
for made_up in pipe null; do
  rm -f in.zst
  cp -RP $made_up in.zst
  for force in "" --force; do
    refuse 2 penstock compress in $force
    says 'replace in.zst: is (not|a link to what is not) a regular file'
  done
  [ -p in.zst ] || [ "$(readlink in.zst)" = /dev/null ]
done
