# Wherever sizes are told, other ones are told: the data comes out right, or not at all.
text 4500000 > in  # two frames
head -c 2200000 in > less  # three members, 17 blocks
penstock compress in -o good.zst -q
penstock compress less --codec gzip -o good.gz -q
penstock compress less --codec huffman -o huffman.gz -q
python3 - << 'END'
import random, subprocess, sys
original, less, rng = open("in", "rb").read(), open("less", "rb").read(), random.Random(9)
def run(*more):
    return subprocess.run(["penstock", "decompress", "bad", "-c", "-q", *more], capture_output=True)
def headers(data):
    """The extra fields of all gzip members."""
    at = data.find(b"\x1f\x8b\x08\x04")
    while at >= 0:
        yield from range(at + 10, at + 12 + int.from_bytes(data[at + 10:at + 12], "little"))
        at = data.find(b"\x1f\x8b\x08\x04", at + 4)
fine = 0
for name in ("good.gz", "huffman.gz"):
    good = open(name, "rb").read()
    places = list(headers(good))
    assert len(places) > 50, name
    for _ in range(60):
        bad = bytearray(good)
        bad[rng.choice(places)] ^= 1 << rng.randrange(8)
        open("bad", "wb").write(bad)
        done = run()
        assert (done.returncode == 0 and done.stdout == less) or done.returncode == 5, (name, done)
        fine += done.returncode == 0
        part = run("--range", "1100000:1100100")
        assert part.returncode == 5 or part.stdout == less[1100000:1100100], (name, part)
assert fine > 60, fine  # most lies cost nothing but time
good = open("good.zst", "rb").read()
for place in range(len(good) - 8 * 2 - 9, len(good)):
    bad = bytearray(good)
    bad[place] ^= 0x10
    open("bad", "wb").write(bad)
    assert run().stdout == original, place
    part = run("--range", "4200000:4200100")
    assert part.returncode == 5 or part.stdout == original[4200000:4200100], place
END
