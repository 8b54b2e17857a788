make_tree src
with_password secret
penstock pack src -o out.zip --password-file password
penstock list out.zip > table
grep -q 'text.txt' table
penstock list out.zip --json | python3 -c '
import json, sys
entries = json.load(sys.stdin)["entries"]
kinds = {bool(e["encrypted"]) for e in entries}
assert kinds == {True, False}, kinds'
