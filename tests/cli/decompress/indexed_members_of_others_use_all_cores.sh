# BGZF (SAM/BAM specification, section 4.1) and the members of pgzip, made by hand.
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
bgzf = lambda size: b"BC" + struct.pack("<HH", 2, max(size - 1, 0))
pieces = [data[i:i + 65280] for i in range(0, len(data), 65280)] + [b""]
open("bgzf.gz", "wb").write(b"".join(member(p, bgzf) for p in pieces))
END
penstock decompress bgzf.gz -o back --json -q > report
cmp in back
grep -q '"parallel":true' report
penstock decompress bgzf.gz --range 65279:65282 -c -q | cmp - <(tail -c +65280 in | head -c 3)
penstock list bgzf.gz | tail -n 1 | grep -q '63 members, 3.8 MiB'
