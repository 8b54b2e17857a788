# Each call of each kind fails once: exit 1 with a message and nothing left, or all was done.
# label: native
mkdir src out
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
tried=0
for fault in write:ENOSPC write:EIO pwrite64:ENOSPC fsync:EIO linkat:EIO renameat2:EIO read:EIO pread64:EIO; do
  call=${fault%:*}
  for ((n = 1; n < 400; n++)); do
    rm -f out/*
    code=0
    strace -f -qq -o trace -e "trace=$call" -e "inject=$call:error=${fault#*:}:when=$n" \
      penstock pack src -o out/out.zip --threads 1 2> said || code=$?
    grep -q INJECTED trace || break # there is no n-th call of this kind
    tried=$((tried + 1))
    case $code in
      0) penstock verify out/out.zip 2> /dev/null || fail "$fault $n: a broken archive, told as good" ;;
      1)
        grep -q '^penstock: ' said || fail "$fault $n: no message"
        if [ -e out/out.zip ]; then penstock verify out/out.zip 2> /dev/null; fi
        ;;
      127) grep -q 'error while loading shared libraries' said || fail "$fault $n: exit code 127" ;;
      *) cat said >&2; fail "$fault $n: exit code $code" ;;
    esac
    [ -z "$(find out -type f ! -name out.zip)" ] || fail "$fault $n: left $(ls -A out)"
  done
done
[ $tried -gt 20 ]
