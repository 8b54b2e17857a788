text 3000000 > in
penstock compress in -q
gzip -c in > in.gz
penstock decompress in.zst in.gz --test 2> told
grep -q 'OK: in.zst' told
grep -q 'OK: in.gz' told
penstock decompress - -t < in.zst 2> told
only_here in in.gz in.zst told
