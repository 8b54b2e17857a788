# label: native
# Files are the same whatever the vector width, and every width reads them. valgrind is a processor
# of its own; Nehalem-v1 has SSE4.2 and nothing newer.
{
  text 1500000
  noise 700000
  python3 -c '
import random, sys
sys.stdout.buffer.write(bytes(random.Random(3).choices(range(60), [0.85**n for n in range(60)], k=1500000)))'
  head -c 1000000 /dev/zero
} > in
echo a > tiny
codecs=("zstd" "gzip" "gzip --level 1" "huffman")
for codec in "${codecs[@]}"; do
  penstock compress in -c --codec $codec -q > "$codec"
done
# same COMMAND...: run with it, penstock makes the same and reads it.
same() {
  for codec in "${codecs[@]}"; do
    "$@" "$(command -v penstock)" compress in -c --codec $codec -q | cmp - "$codec"
    "$@" "$(command -v penstock)" decompress "$codec" -c -q | cmp - in
  done
}
for cpu in portable sha-ni avx2 avx512; do
  [ "$(PENSTOCK_CPU=$cpu "$TOOLS/pack_fixed_salts" 1 tiny $cpu.zip)" = $cpu ] ||
    { echo "NOT TESTED: this processor is not $cpu" >&2; continue; }
  same env PENSTOCK_CPU=$cpu
done
same valgrind -q --tool=none
same qemu-x86_64 -cpu Nehalem-v1
