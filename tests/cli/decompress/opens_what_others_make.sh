{ text 3000000; noise 1000000; } > in
same() { penstock decompress "$1" -c -q | cmp - in; cat "$1" | penstock decompress - -q | cmp - in; }
for level in 1 6 9; do gzip -$level -c in > x; same x; done
# With a name, a comment, a header CRC, extra fields of nobody.
python3 - << 'END'
import struct, zlib
data = open("in", "rb").read()
raw = zlib.compressobj(6, zlib.DEFLATED, -15)
body = raw.compress(data) + raw.flush()
extra = b"XX" + struct.pack("<H", 3) + b"abc"
head = b"\x1f\x8b\x08\x1f" + struct.pack("<IBB", 1, 0, 3) + struct.pack("<H", len(extra)) + extra + b"a name\0" + b"a comment\0"
head += struct.pack("<H", zlib.crc32(head) & 0xffff)
open("x", "wb").write(head + body + struct.pack("<II", zlib.crc32(data), len(data)))
END
same x
head -c 1000000 in | gzip > x
tail -c +1000001 in | gzip -1 >> x
: | gzip >> x
same x
if command -v pigz > ignored; then
  pigz -c in > x; same x
  pigz -i -c in > x; same x
fi
for options in -1 -T0 -19 --long=27 --no-check --no-content-size; do
  zstd -qc $options in > x; same x
  zstd -qc $options < in > x; same x
done
# Frames behind each other, skippable ones before, between and behind.
python3 - << 'END'
import struct, subprocess
data = open("in", "rb").read()
skip = lambda n, k: struct.pack("<II", 0x184D2A50 + k, n) + bytes(n)
frame = lambda d: subprocess.run(["zstd", "-qc"], input=d, capture_output=True, check=True).stdout
open("x", "wb").write(skip(5, 0) + frame(data[:1234567]) + skip(0, 15) + skip(700000, 3) + frame(data[1234567:]) + frame(b"") + skip(9, 14))
END
same x
if command -v pzstd > ignored; then pzstd -q -c in > x; same x; fi
if command -v bgzip > ignored; then bgzip -c in > x; same x; fi
