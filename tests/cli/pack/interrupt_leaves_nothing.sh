# strace sends the signal with a write in the middle of the work.
mkdir out
text 30000000 > big
for signal in SIGINT SIGTERM SIGHUP; do
  refuse 130 strace -f -qq -o trace -e trace=write,pwrite64 -e "inject=write,pwrite64:signal=$signal:when=2" \
    penstock pack big -o out/out.zip --level 7
  grep -q "$signal" trace
  only_here -C out
done
