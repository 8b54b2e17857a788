text 200000 > in
for codec in zstd gzip huffman; do
  penstock compress in --codec $codec -o whole -q --force
  python3 - $codec << 'END'
import random, subprocess, sys
data, original, rng = open("whole", "rb").read(), open("in", "rb").read(), random.Random(3)
for _ in range(150):
    bad = bytearray(data)
    bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
    done = subprocess.run(["penstock", "decompress", "-", "-q"], input=bytes(bad), capture_output=True)
    assert done.returncode == 5 or (done.returncode == 0 and done.stdout == original), (sys.argv[1], done.stderr)
END
done
