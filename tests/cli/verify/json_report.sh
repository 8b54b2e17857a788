make_tree src
penstock pack src -o out.zip
penstock verify out.zip --json | python3 -c '
import json, sys
report = json.load(sys.stdin)
assert report["files"] > 100 and report["failed"] == 0, report'
