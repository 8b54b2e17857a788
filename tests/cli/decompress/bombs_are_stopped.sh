# A gigabyte of zeros in a megabyte, and less.
head -c 1000000000 /dev/zero | gzip > bomb.gz
head -c 1000000000 /dev/zero | zstd -q > bomb.zst
head -c 100000000 /dev/zero | penstock compress - --codec gzip -q > ours.gz
for file in bomb.gz bomb.zst ours.gz; do
  refuse 5 penstock decompress $file -o out --max-output 10M
  says "$file: makes more than the limit of 10.0 MiB"
  refuse 5 penstock decompress $file --test --max-output 10M
done
only_here bomb.gz bomb.zst ours.gz
penstock decompress bomb.gz --test --max-output 1000000000 -q
refuse 5 penstock decompress bomb.gz --test --max-output 999999999
