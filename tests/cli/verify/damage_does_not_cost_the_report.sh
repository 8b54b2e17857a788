mkdir src
text 500000 > src/a
text 1000 > src/b
penstock pack src -o out.zip
printf '\377' | dd of=out.zip bs=1 seek=5000 conv=notrunc status=none
for command in verify "unpack -C back"; do
  refuse 5 penstock $command out.zip --json --stats > report
  says 'src/a'
  says '1 file .*; 1 damaged'
  says 'slowest stage'
  [ "$(grep -c 'src/a' refused)" = 1 ] || fail 'the damage is told more than once'
  python3 -c '
import json
report = json.load(open("report"))
assert (report["files"], report["failed"], report["damaged"]) == (1, 1, 1), report'
done
[ -e back/src/b ]
[ ! -e back/src/a ]
