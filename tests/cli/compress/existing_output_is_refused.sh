text 1000 > in
echo precious > in.zst
refuse 2 penstock compress in
says 'in.zst: already exists; --force replaces it'
[ "$(cat in.zst)" = precious ]
penstock compress in --force -q
zstd -dcq in.zst | cmp - in
gzip -k in
refuse 2 penstock decompress in.gz
says 'in: already exists'
# Refused before anything is read: a pipe keeps its content.
refuse 2 penstock compress - -o in.zst < in
