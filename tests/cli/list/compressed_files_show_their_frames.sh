text 9000000 > in
penstock compress in -q
penstock compress in --codec gzip -q
zstd -qc --no-content-size in > other.zst
gzip -c in > other.gz
{ cat in.gz other.gz; head -c 100 /dev/zero; } > mixed.gz
penstock list in.zst | tail -n 1 | grep -q '^in.zst: zstd, 3 frames, 8.6 MiB, compressed'
penstock list in.zst | grep -q 'seek table$'
for file in in.zst in.gz other.zst other.gz mixed.gz; do
  penstock list $file --json > $file.json
done
python3 - << 'END'
import json, os
for name, frames, size in (("in.zst", 3, 1), ("in.gz", 9, 1), ("other.zst", 1, 1), ("other.gz", 1, 1), ("mixed.gz", 10, 2)):
    listed = json.load(open(name + ".json"))
    assert listed["totals"]["bytes"] == 9000000 * size and listed["totals"]["frames"] == frames, (name, listed["totals"])
    at = 0
    for frame in listed["frames"]:
        assert frame["offset"] == at, (name, frame)
        at += frame["compressed_bytes"]
    if name != "mixed.gz":
        assert at == os.path.getsize(name) == listed["totals"]["compressed_bytes"], name
END
refuse 2 penstock list in.zst pattern
refuse 2 penstock list in.zst -0
head -c 100000 in.zst > cut.zst
refuse 5 penstock list cut.zst
says 'cut.zst: the zstd frame at byte 0'
