text 100000000 > big
penstock pack big -o out.zip --level 1
mkdir back
refuse 130 strace -f -qq -o trace -e trace=write,pwrite64 -e 'inject=write,pwrite64:signal=SIGINT:when=2' \
  penstock unpack out.zip -C back
grep -q SIGINT trace
only_here -C back
