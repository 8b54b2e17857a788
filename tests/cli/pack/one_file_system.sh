[ "$(id -u)" = 0 ] || skip "needs root to mount"
mkdir -p src/other
echo here > src/here
unshare -m bash -c '
  mount -t tmpfs none src/other || exit 77
  echo there > src/other/there
  penstock pack src -x -o out.zip && penstock pack src -o all.zip' || skip "cannot mount here"
penstock list all.zip --json > all
penstock list out.zip --json > one
grep -q there all
not grep -q there one
grep -q here one
