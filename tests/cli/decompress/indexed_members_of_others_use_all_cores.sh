# BGZF (SAM/BAM specification, section 4.1) and the members of mgzip and pgzip, made by hand.
{ text 3000000; noise 1000000; } > in
python3 - << 'END'
import struct, zlib
data = open("in", "rb").read()
def member(piece, field):
    raw = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = raw.compress(piece) + raw.flush()
    size = 12 + len(field(0)) + len(body) + 8
    return (b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + struct.pack("<H", len(field(size))) + field(size) + body
            + struct.pack("<II", zlib.crc32(piece), len(piece)))
def write(name, piece_bytes, field, *more):
    pieces = [data[i:i + piece_bytes] for i in range(0, len(data), piece_bytes)] + [*more]
    open(name, "wb").write(b"".join(member(p, field) for p in pieces))
write("bgzf.gz", 65280, lambda size: b"BC" + struct.pack("<HH", 2, max(size - 1, 0)), b"")
write("mgzip.gz", 700000, lambda size: b"IG" + struct.pack("<HI", 4, size))
# The same without a word about where they end.
write("plain.gz", 700000, lambda size: b"")
END
# comes_back NAME PARALLEL: whatever the number of threads; and who decoded it, so the report.
comes_back() {
  for threads in 1 2 5; do
    penstock decompress "$1.gz" -o back --force --json --stats -q --threads $threads > report 2> stages
    cmp in back
    python3 - "$2" << 'END'
import json, sys
parallel, report = sys.argv[1] == "true", json.load(open("report"))
assert report["results"][0]["parallel"] is parallel, report
stages = {stage["name"]: stage["bytes"] for stage in report["stages"]}
assert stages["decode"] == (4000000 if parallel else 0), report
assert stages["decode in order"] == (0 if parallel else 4000000), report
END
  done
}
comes_back bgzf true
comes_back mgzip true
comes_back plain false
for name in bgzf mgzip; do
  penstock decompress $name.gz --range 65279:65282 -c -q | cmp - <(tail -c +65280 in | head -c 3)
done
penstock list bgzf.gz | tail -n 1 | grep -q '63 members, 3.8 MiB'
penstock list mgzip.gz | tail -n 1 | grep -q '6 members, 3.8 MiB'
