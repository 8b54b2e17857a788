# Each call of each kind fails once: what is there is whole, and a failure is told.
# label: native
mkdir src
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
penstock pack src -o out.zip
tried=0
for fault in write:ENOSPC pwrite64:EIO linkat:EIO renameat2:EIO mkdirat:EACCES fchmod:EPERM utimensat:EIO pread64:EIO; do
  call=${fault%:*}
  for ((n = 1; n < 200; n++)); do
    rm -rf back
    code=0
    strace -f -qq -o trace -e "trace=$call" -e "inject=$call:error=${fault#*:}:when=$n" \
      penstock unpack out.zip -C back --threads 1 2> said || code=$?
    grep -q INJECTED trace || break
    tried=$((tried + 1))
    if [ $code = 0 ]; then diff -r src back/src; fi
    [ $code = 0 ] || grep -q '^penstock: ' said || fail "$fault $n: no message"
    [ ! -d back/src ] || for file in back/src/*; do
      [ ! -e "$file" ] || cmp "$file" "src/${file##*/}"
    done
  done
done
[ $tried -gt 20 ]
