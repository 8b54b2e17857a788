# SIGKILL at the n-th of the system calls that change something, for every n until none is left.
# label: native
mkdir src out
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
echo old > precious
calls=openat,openat2,write,pwrite64,fsync,fdatasync,linkat,rename,renameat2,ftruncate,close
ended=0
for ((n = 1; ended == 0 && n < 2000; n++)); do
  rm -f out/*
  code=0
  strace -f -qq -o trace -e trace=$calls -e "inject=$calls:signal=SIGKILL:when=$n" \
    penstock pack src -o out/out.zip --threads 1 2> /dev/null || code=$?
  if [ $code = 0 ]; then ended=1; fi
  # Either nothing has that name, or the whole archive has.
  if [ -e out/out.zip ]; then penstock verify out/out.zip 2> /dev/null; fi
  [ -z "$(find out -type f ! -name out.zip)" ] || fail "n=$n: left $(ls -A out)"
done
if [ $ended = 0 ] || [ $n -lt 20 ]; then fail "the run never came to its end by itself, or at once: n=$n"; fi
