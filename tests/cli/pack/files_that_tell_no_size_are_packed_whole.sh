# Files of /proc say that they hold nothing. Those of a process with many maps, which holds still,
# are together far more than a batch has room for; smaps alone is more than a piece.
coproc HOLD { exec python3 -c '
import mmap, sys, threading
maps = [mmap.mmap(-1, 8192) for _ in range(6000)]
for each in maps[::2]:
    each.madvise(mmap.MADV_DONTDUMP)
for _ in range(3):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()'; }
read -r _ <&"${HOLD[0]}"
tasks=/proc/$HOLD_PID/task
[ "$(cat $tasks/*/maps | wc -c)" -gt 2000000 ]
[ "$(cat $tasks/$HOLD_PID/smaps | wc -c)" -gt 2000000 ]
[ "$(stat -c %s $tasks/$HOLD_PID/smaps)" = 0 ]

with_password secret
for options in '' '--password-file password'; do
  rm -rf back out.zip
  penstock pack $tasks -o out.zip --include maps --include smaps $options
  penstock unpack out.zip -C back --password-file password
  for task in $tasks/*; do
    cmp $task/maps back/task/${task##*/}/maps
    # What is in memory can change; where it is does not.
    cmp <(grep -E '^[0-9a-f]+-' $task/smaps) <(grep -E '^[0-9a-f]+-' back/task/${task##*/}/smaps)
  done
done

# One without an end worth having is named and left out.
refuse 1 penstock pack $tasks/$HOLD_PID/pagemap $tasks/$HOLD_PID/maps -o some.zip
says 'pagemap: .*no size'
penstock list some.zip -0 | tr '\0' '\n' > names
grep -qx maps names && not grep -q pagemap names
