# Some files of the kernel (/proc/kmsg) answer that they have nothing just now: nobody waits until
# they have.
# label: native
mkdir src
for name in empty small; do : > src/$name; done
echo text > src/small
for name in empty small; do
  refuse 1 timeout -s KILL 60 strace -f -qq -o trace -P src/$name -e trace=pread64 \
    -e inject=pread64:error=EAGAIN penstock pack src -o out.zip
  grep -q INJECTED trace
  says "src/$name: Resource temporarily unavailable"
  penstock verify out.zip
  rm out.zip
done
