# The report has every file: those that were done, and those that failed, with the error.
text 1000 > a
echo there > b.zst
text 500 > b
refuse 1 penstock compress a missing b --json > report.json
python3 - << 'END'
import json
report = json.load(open("report.json"))
assert [r["input"] for r in report["results"]] == ["a"], report
assert report["files"] == 1 and report["failed"] == 2, report
assert [(f["input"], f["code"]) for f in report["failures"]] == [("missing", "not_found"), ("b", "exists")], report
assert "No such file" in report["failures"][0]["message"], report
END
# Also when it is the only one.
printf garbage > bad.gz
refuse 5 penstock decompress bad.gz --json > report.json
[ "$(wc -l < refused)" = 1 ]
python3 - << 'END'
import json
report = json.load(open("report.json"))
assert report["results"] == [] and report["files"] == 0 and report["failed"] == 1, report
assert report["failures"][0]["code"] == "unsupported" and report["stages"] == [], report
END
# A file that was done but not removed is in both.
ln -s a link
refuse 1 penstock compress link --rm --json > report.json
python3 - << 'END'
import json
report = json.load(open("report.json"))
assert [r["input"] for r in report["results"]] == ["link"] and report["files"] == 1, report
assert [(f["input"], f["code"]) for f in report["failures"]] == [("link", "changed")], report
END
