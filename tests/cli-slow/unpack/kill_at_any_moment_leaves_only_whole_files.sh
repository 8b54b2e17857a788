# label: native
# strace counts the calls of each kind for itself: several kinds in one run would all end at the
# most frequent one.
mkdir src
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
penstock pack src -o out.zip
killed=
for call in openat openat2 write pwrite64 linkat renameat2 mkdirat fchmod utimensat close; do
  for ((n = 1; n < 2000; n++)); do
    rm -rf back
    code=0
    strace -f -qq -o trace -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" \
      penstock unpack out.zip -C back --threads 1 2> /dev/null || code=$?
    if [ -d back/src ]; then
      for file in back/src/*; do
        [ ! -e "$file" ] || cmp "$file" "src/${file##*/}" || fail "$call $n"
      done
    fi
    if [ $code = 0 ]; then break; fi # there is no n-th call of this kind
    killed="$killed $call"
  done
done
for call in openat2 write pwrite64 utimensat close; do
  case "$killed " in *" $call "*) ;; *) fail "no $call was met: $killed" ;; esac
done
