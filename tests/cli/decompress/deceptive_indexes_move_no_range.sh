# The frames hold aaaa, bbbb, cccc, dddd; at 1500 lies a b, whatever an index says.
odd_frames honest-zst file
penstock decompress file -c --range 1500:1510 2> said | cmp - <(printf 'b%.0s' {1..10})
not grep 'rests on' said
for kind in entry-over-two-frames frame-behind-a-skippable-one entries-that-cut-frames \
    frame-with-another-size; do
  odd_frames $kind file
  penstock decompress file -c -q | cmp - <(for letter in a b c d; do printf "$letter%.0s" {1..1000}; done)
  refuse 5 penstock decompress file -o out --range 1500:1510
  says "^penstock: decompress: file: what lies at byte [0-9]+ is not what the file's index says$"
  refuse 5 penstock decompress file -o out --range 2500:
  [ ! -e out ] || fail "something was written of $kind"
done
# Members of gzip cannot be seen through without inflating them: that is said, each time.
for kind in hint-over-two-ig hint-over-two-bc hint-over-two-ps; do
  odd_frames $kind file
  penstock decompress file -c -q | cmp - <(for letter in a b c d; do printf "$letter%.0s" {1..1000}; done)
  penstock decompress file -c --range 1500:1510 > out 2> said
  grep -q '^penstock: decompress: file: where the range lies rests on what the members before it say' said ||
    fail "nothing was said of $kind: $(cat said)"
done
# Before the first member lies nothing that could move it.
text 3000000 > in
penstock compress in --codec gzip -q
penstock decompress in.gz -c --range 0:10 2> said | cmp - <(head -c 10 in)
not grep 'rests on' said
penstock decompress in.gz -c --range 2000000:2000010 2> said | cmp - <(tail -c +2000001 in | head -c 10)
grep -q 'rests on' said
