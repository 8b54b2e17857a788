# SIGKILL at the n-th call of each kind that changes something, for every n until none is left.
# label: native
mkdir src out
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
killed=
for call in openat openat2 write pwrite64 fsync linkat renameat2 ftruncate close; do
  # strace counts the calls of each kind for itself: several kinds in one run would all end at the
  # most frequent one.
  for ((n = 1; n < 2000; n++)); do
    rm -f out/*
    code=0
    strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" \
      penstock pack src -o out/out.zip --threads 1 2> /dev/null || code=$?
    # Either nothing has that name, or the whole archive has.
    if [ -e out/out.zip ]; then penstock verify out/out.zip 2> /dev/null; fi
    [ -z "$(find out -type f ! -name out.zip)" ] || fail "$call $n: left $(ls -A out)"
    if [ $code = 0 ]; then break; fi # there is no n-th call of this kind
    killed="$killed $call"
  done
done
for call in openat write pwrite64 fsync linkat close; do
  case "$killed " in *" $call "*) ;; *) fail "no $call was met: $killed" ;; esac
done
