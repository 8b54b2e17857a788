printf 'PK\003\004' > x
refuse 5 penstock decompress x -o out
says 'x is neither gzip nor zstd data'
: > x
refuse 5 penstock decompress x -o out
says 'x is empty'
text 1000000 | zstd -q --long=28 > x
refuse 5 penstock decompress x -o out
says 'x: the zstd frame at byte 0: zstd data with a window above 128 MiB'
text 400000 > in
mkdir samples
split -b 400 in samples/
zstd -q --train samples/* -o dictionary --maxdict=10000 2> ignored
zstd -q -D dictionary in -o x --force
refuse 5 penstock decompress x -o out
says 'made with a dictionary'
printf '\037\213\007\000aaaaaaaaaaaaaaaaaaaaaaa' > x
refuse 5 penstock decompress x -o out
says 'x: the gzip member at byte 0'
only_here x in dictionary samples ignored
