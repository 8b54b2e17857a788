make_tree src
with_password secret
penstock pack src -o out.zip --password-file password
mkdir empty
cd empty
ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o ../trace -e trace=openat,openat2,rename,mkdirat,unlinkat,linkat \
  penstock verify ../out.zip --password-file ../password
cd ..
only_here -C empty
grep -v 'tsan\.rodata' trace > calls  # a file of the sanitizer's own
not grep -E 'O_WRONLY|O_RDWR|O_CREAT|rename|mkdir|unlink|linkat' calls
