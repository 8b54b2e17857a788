# label: native
mkdir src
text 3000000 > src/large
for n in $(seq 20); do echo $n > src/$n; done
penstock pack src -o out.zip
calls=openat,openat2,write,pwrite64,linkat,rename,renameat2,mkdirat,fchmod,utimensat,close
ended=0
for ((n = 1; ended == 0 && n < 2000; n++)); do
  rm -rf back
  code=0
  strace -f -qq -o trace -e trace=$calls -e "inject=$calls:signal=SIGKILL:when=$n" \
    penstock unpack out.zip -C back --threads 1 2> /dev/null || code=$?
  if [ $code = 0 ]; then ended=1; fi
  [ ! -d back/src ] || for file in back/src/*; do
    [ ! -e "$file" ] || cmp "$file" "src/${file##*/}"
  done
done
if [ $ended = 0 ] || [ $n -lt 20 ]; then fail "the run never came to its end by itself, or at once: n=$n"; fi
