text 1000 > a
text 2000 > c
mkdir directory
refuse 1 penstock compress a missing directory c
says 'missing: No such file'
says 'directory is a directory: .penstock pack. takes whole trees'
zstd -dcq a.zst | cmp - a
zstd -dcq c.zst | cmp - c
refuse 3 penstock compress missing
refuse 3 penstock compress missing gone
refuse 2 penstock compress directory
printf 'garbage' > bad.gz
refuse 1 penstock decompress a.zst bad.gz --force
only_here a a.zst bad.gz c c.zst directory
