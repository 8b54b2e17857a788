odd_zip empty in.zip
penstock unpack in.zip -C back
penstock verify in.zip
penstock list in.zip
[ ! -e back ] || only_here -C back
penstock list in.zip > table
grep -q '^mode' table
grep -q '^0 entries' table
penstock list in.zip --json | python3 -c 'import json, sys; assert json.load(sys.stdin)["entries"] == []'
