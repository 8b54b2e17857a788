{ text 9000000; noise 500000; text 12345; } > in
penstock compress in -q
penstock compress in --codec gzip -q
penstock compress in --codec huffman -o huffman.gz -q
python3 - << 'END'
import random, subprocess
original = open("in", "rb").read()
size, rng = len(original), random.Random(5)
edges = [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 2**22 - 1, 2**22, 2**22 + 1, 2**23, size - 1, size, size + 10]
ranges = [tuple(sorted((rng.choice(edges), rng.choice(edges)))) for _ in range(12)]
ranges += [tuple(sorted((rng.randrange(size), rng.randrange(size)))) for _ in range(8)]
for name in ("in.zst", "in.gz", "huffman.gz"):
    for a, b in ranges + [(5, 5), (size, size)]:
        if a > size:
            continue
        got = subprocess.run(["penstock", "decompress", name, "-c", "-q", "--range", f"{a}:{b}"],
                             capture_output=True, check=True).stdout
        assert got == original[a:b], (name, a, b, len(got))
END
penstock decompress in.zst -c -q --range 9400000: | cmp - <(tail -c +9400001 in)
penstock decompress in.gz -o part -q --range :10
cmp part <(head -c 10 in)
refuse 2 penstock decompress in.zst -c --range 9512346:
says 'holds 9,512,345 bytes'
refuse 5 penstock decompress - -c --range 1:2 < in.zst
says 'a range is taken from a file'
