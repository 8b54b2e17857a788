text 100 > in
text 100 > other
refuse 2 penstock compress
says 'the input is missing'
refuse 2 penstock compress in other -o out
says '-o names one output'
refuse 2 penstock compress in -o out -c
refuse 2 penstock compress - - -c
refuse 2 penstock compress in --level 20
refuse 2 penstock compress in --level 10 --codec gzip
says 'gzip has levels 1 to 9'
refuse 2 penstock compress in --level 1 --codec huffman
refuse 2 penstock compress in --codec lzma
refuse 2 penstock compress in -c --json
refuse 2 penstock compress in -o nowhere/out
refuse 2 penstock decompress in
says 'in has no suffix'
refuse 2 penstock decompress in --test -o out
refuse 2 penstock decompress in --range 1:2
refuse 2 penstock decompress in --range 5:2 -c
refuse 2 penstock decompress in --range 5 -c
only_here in other
