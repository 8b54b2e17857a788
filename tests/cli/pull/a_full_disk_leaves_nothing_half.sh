# The disk fills up within a pull: that is said, what is there is whole, and with more room the next run brings the
# rest. Large files claim their room before anything is fetched.
mkdir from
files_of_sizes from/small 60 60000
noise $((3 << 20)) > from/large
unshare -m true 2> ignored || skip "this machine lets nobody mount a file system"
full() {
  mkdir room
  mount -t tmpfs -o size=1m none room || skip "this machine lets nobody mount a file system"
  refuse 1 penstock pull from room/back
  says 'No space left on device'
  all_is_whole
  mount -o remount,size=8m none room
  penstock pull from room/back --ranges-above 1M --part-size 1M
  diff -r from room/back
  [ -z "$(find room/back -name '.penstock*')" ] || fail "hidden files are left"
}
# Each file is the one it should be, or not there.
all_is_whole() {
  (cd room/back && find . -type f ! -name '.*') | while read -r name; do cmp "from/$name" "room/back/$name"; done
}
export -f $(compgen -A function)
unshare -m bash -euo pipefail -c full
