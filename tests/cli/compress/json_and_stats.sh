text 5000000 > a
text 100 > b
penstock compress a b --json --stats > report.json 2> told
grep -q 'compress' told
penstock decompress a.zst b.zst --test --json > back.json 2> told
python3 - << 'END'
import json, os
report = json.load(open("report.json"))
assert report["operation"] == "compress" and report["files"] == 2 and report["failed"] == 0, report
assert [r["input"] for r in report["results"]] == ["a", "b"], report
assert report["results"][0]["chunks"] == 2 and report["results"][0]["output"] == "a.zst", report
assert report["bytes_in"] == 5000100, report
assert report["bytes_out"] == os.path.getsize("a.zst") + os.path.getsize("b.zst"), report
assert [s["name"] for s in report["stages"]] == ["read", "compress", "write"], report
back = json.load(open("back.json"))
assert back["bytes_in"] == report["bytes_out"] and back["bytes_out"] == 5000100, back
assert back["results"][0]["format"] == "zstd" and back["results"][0]["parallel"] is True, back
END
penstock compress a -o c --progress json 2>&1 > ignored | tail -n 1 | python3 -c '
import json, sys
line = [l for l in sys.stdin if l.startswith("{")][-1]
assert json.loads(line)["bytes_total"] == 5000000, line'
