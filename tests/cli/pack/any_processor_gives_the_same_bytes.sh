# label: native
# Archives are the same whatever the vector width and the number of threads, encrypted ones too when
# the salts are. valgrind is a processor of its own; Nehalem-v1 has SSE4.2 and nothing newer.
mkdir src
for n in $(seq 9); do text $((n * 3000)) > src/$n; done
text 2500000 > src/large
noise 1200000 > src/noise
for threads in 1 2 7; do
  "$TOOLS/pack_fixed_salts" $threads src $threads.zip
  cmp 1.zip $threads.zip
done
for cpu in portable sha-ni avx2 avx512; do
  [ "$(PENSTOCK_CPU=$cpu "$TOOLS/pack_fixed_salts" 2 src $cpu.zip)" = $cpu ] ||
    { echo "this processor is not $cpu" >&2; continue; }
  cmp 1.zip $cpu.zip
done
valgrind -q --tool=none "$TOOLS/pack_fixed_salts" 1 src valgrind.zip
cmp 1.zip valgrind.zip
[ "$(qemu-x86_64 -cpu Nehalem-v1 "$TOOLS/pack_fixed_salts" 1 src qemu.zip)" = portable ]
cmp 1.zip qemu.zip
with_password secret
penstock verify qemu.zip --password-file password
