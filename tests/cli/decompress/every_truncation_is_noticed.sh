text 3000 > in
for codec in zstd gzip huffman; do
  penstock compress in --codec $codec -o whole -q --force
  python3 - $codec << 'END'
import os, subprocess, sys
data = open("whole", "rb").read()
# Of a .zst the seek table behind the frame may be missing, as a whole.
fine = len(data) - 25 if sys.argv[1] == "zstd" else -1
for size in [*range(0, 60), *range(60, len(data) - 60, 97), *range(len(data) - 60, len(data))]:
    open("cut", "wb").write(data[:size])
    done = subprocess.run(["penstock", "decompress", "cut", "-o", "out"], capture_output=True, text=True)
    assert done.returncode == (0 if size == fine else 5), (sys.argv[1], size, done)
    assert size == fine or ("cut" in done.stderr and not os.path.exists("out")), (size, done)
    if size == fine:
        os.remove("out")
END
done
