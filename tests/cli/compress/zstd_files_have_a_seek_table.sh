# Read by the specification of the zstd seekable format (version 0.1.0) alone.
text 9000001 > in
penstock compress in -q
python3 - << 'END'
import struct, subprocess
data = open("in.zst", "rb").read()
frames, descriptor, magic = struct.unpack("<IBI", data[-9:])
assert magic == 0x8F92EAB1 and descriptor == 0 and frames == 3, (magic, descriptor, frames)
table = data[-9 - 8 * frames - 8:]
assert struct.unpack("<II", table[:8]) == (0x184D2A5E, 8 * frames + 9)
original, at, out = open("in", "rb").read(), 0, 0
for compressed, plain in struct.iter_unpack("<II", table[8:-9]):
    made = subprocess.run(["zstd", "-dcq"], input=data[at:at + compressed], capture_output=True, check=True).stdout
    assert len(made) == plain and made == original[out:out + plain], at
    at, out = at + compressed, out + plain
assert out == len(original) and at + len(table) == len(data)
END
