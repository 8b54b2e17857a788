# label: native
# peak COMMAND...: fails when the command, given 2 threads, needed more than 64 MiB.
peak() {
  python3 - "$@" << 'END'
import resource, subprocess, sys
piped = sys.argv[1] != "none"
stdin = subprocess.Popen(["cat", sys.argv[1]], stdout=subprocess.PIPE).stdout if piped else None
threads = [] if sys.argv[2] == "list" else ["--threads", "2"]
subprocess.run(["penstock", *sys.argv[2:], *threads, "-q"], check=True, stdin=stdin)
kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"penstock {' '.join(sys.argv[2:])}: {kib / 1024:.1f} MiB", file=sys.stderr)
assert kib <= 64 * 1024, kib
END
}
text 20000000 > piece
{ for i in $(seq 25); do cat piece; done; noise 500000000; } > in
for codec in zstd gzip huffman; do
  peak none compress in --codec $codec -o out
  peak in compress - --codec $codec -o piped
  cmp out piped
  peak none decompress out -o back
  cmp in back
  peak out decompress - -o back --force
  peak none decompress out --range 500M:501M -o part
  peak none list out > listing
  rm out piped back part
done
gzip -1 -c in > other.gz
peak none decompress other.gz -o back
zstd -qc in > other.zst
peak none decompress other.zst -o back --force
cmp in back
