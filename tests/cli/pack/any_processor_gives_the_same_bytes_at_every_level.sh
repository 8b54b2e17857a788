# label: native
mkdir src
text 150000 > src/text
noise 3000 > src/noise
text 1300000 > src/large
for options in '--level 1' '--level 2' '--level 3' '--level 6' '--level 9' '--codec zstd'; do
  rm -f ./*.zip
  # shellcheck disable=SC2086 # options are words
  penstock pack src -o native.zip $options
  # shellcheck disable=SC2086
  valgrind -q --tool=none "$(command -v penstock)" pack src -o valgrind.zip $options
  # shellcheck disable=SC2086
  qemu-x86_64 -cpu Nehalem-v1 "$(command -v penstock)" pack src -o qemu.zip $options
  cmp native.zip valgrind.zip
  cmp native.zip qemu.zip
done
