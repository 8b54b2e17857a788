text 1000 > in
gzip -c in > a.gz
zstd -qc in > b.zst
gzip -c in > c.tgz
zstd -qc in > d.tzst
gzip -c in > plain
penstock decompress a.gz b.zst c.tgz d.tzst -q
for file in a b c.tar d.tar; do cmp $file in; done
refuse 2 penstock decompress plain
says 'plain has no suffix'
penstock decompress plain -c -q | cmp - in
refuse 2 penstock decompress .gz
