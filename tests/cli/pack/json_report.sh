make_tree src
penstock pack src -o out.zip --json --stats > report.json
python3 - << 'END'
import json, os
report = json.load(open("report.json"))
files = sum(len(f) for _, _, f in os.walk("src"))
assert report["bytes_out"] == os.path.getsize("out.zip"), report
assert report["files"] > 100 and report["failed"] == 0, report
assert report["stages"], report
END
