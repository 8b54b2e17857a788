# Both signals before the first is dealt with: the terminal must still be given back as it was.
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
  # It waits: ThreadSanitizer (GCC 12) loses signals that come while a thread begins its first wait.
  set child [exp_pid]
  while {[string index [exec sed {s/.*) //} /proc/$child/stat] 0] ne "S"} {}
  # Both are pending when it goes on, so that the second comes before the first is dealt with.
  exec kill -STOP $child
  exec kill -INT $child
  exec kill -TERM $child
  exec kill -CONT $child
  wait
  set state [exec stty -a < $terminal]
  if {[regexp -- {-echo\M} $state]} { puts "the echo is off: $state"; exit 1 }
}
END
