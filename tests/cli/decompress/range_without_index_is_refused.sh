text 100000 > in
gzip -k in
zstd -q in
refuse 5 penstock decompress in.gz -c --range 1:2
says 'in.gz: a range cannot be taken from it: the member at byte 0 does not say where it ends'
refuse 5 penstock decompress in.zst -c --range 1:2
says 'in.zst: a range cannot be taken from it: it has no seek table'
# A table that is not of the whole file is none.
penstock compress in -c -q > two
penstock compress in -c -q >> two
refuse 5 penstock decompress two -c --range 1:2
says 'no seek table of the whole file'
