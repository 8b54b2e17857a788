penstock bench --seconds 0.001 --threads 1 --json > report.json
python3 - << 'END'
import json
report = json.load(open("report.json"))
assert report["type"] == "report" and report["operation"] == "bench" and report["threads"] == 1, report
assert report["seconds"] == 0.001 and report["sample_bytes"] == 1 << 20, report
rows = {row["name"]: row for row in report["rows"]}
assert len(rows) == len(report["rows"]), "names are unique"
assert {row["group"] for row in rows.values()} == {"codec", "cipher", "hash", "keys", "memory"}
for name, row in rows.items():
    assert row["per_second" if row["group"] == "keys" else "bytes_per_second"] > 0, row
    assert ("ratio" in row) == ("weissman" in row) == name.endswith(", compress"), row
reference = rows[report["reference"] + ", compress"]
assert reference["weissman"] == 1, reference
# The sample has something for everybody, and more effort finds more.
assert 1.2 < rows["huffman, compress"]["ratio"] < rows["zstd 19, compress"]["ratio"], rows
assert rows["deflate 1, compress"]["ratio"] < rows["deflate 9, compress"]["ratio"], rows
END
