make_tree src
for level in 1 2 3 4 5 6 7 8 9; do
  penstock pack src -o $level.zip --level $level
  penstock unpack $level.zip -C back$level
  same_tree src back$level/src
done
[ "$(stat -c %s 9.zip)" -lt "$(stat -c %s 1.zip)" ]
