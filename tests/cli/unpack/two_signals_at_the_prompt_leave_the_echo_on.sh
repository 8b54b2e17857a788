# Both signals before the first is dealt with: the terminal must still be given back as it was.
# label: native
# (ThreadSanitizer runs no handler while a thread waits in read().)
mkdir src
echo a > src/a
with_password secret
penstock pack src -o out.zip --password-file password
expect << 'END'
set timeout 20
for {set round 0} {$round < 20} {incr round} {
  spawn penstock unpack out.zip -C back
  set terminal $spawn_out(slave,name)
  expect -nocase "password" {} timeout { exit 1 }
  # Both are pending when it goes on, so that the second comes before the first is dealt with.
  set child [exp_pid]
  exec kill -STOP $child
  exec kill -INT $child
  exec kill -TERM $child
  exec kill -CONT $child
  wait
  set state [exec stty -a < $terminal]
  if {[regexp -- {-echo\M} $state]} { puts "the echo is off: $state"; exit 1 }
}
END
