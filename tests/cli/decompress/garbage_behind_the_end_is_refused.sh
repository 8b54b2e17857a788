text 3000000 > in
penstock compress in -q
penstock compress in --codec gzip -o ours.gz -q
gzip -c in > others.gz
for file in ours.gz others.gz; do
  { cat $file; head -c 700000 /dev/zero; } > padded.gz
  penstock decompress padded.gz -c -q | cmp - in
  { cat $file; head -c 5000 /dev/zero; echo garbage; } > bad.gz
  refuse 5 penstock decompress bad.gz -o out
  says "bad.gz: .*at byte $(stat -c %s $file): .*garbage"
  { cat $file; echo garbage; } > bad.gz
  refuse 5 penstock decompress bad.gz -o out
  says "bad.gz: .*at byte $(stat -c %s $file): .*garbage"
done
{ cat in.zst; echo garbage; } > bad.zst
refuse 5 penstock decompress bad.zst -o out
says "bad.zst: the zstd frame at byte $(stat -c %s in.zst): no zstd frame begins here"
not test -e out
