chmod 777 .
text 1000 > in
gzip -k in
chmod 000 in in.gz
refuse 4 as_nobody penstock compress in
says 'in: Permission denied'
refuse 4 as_nobody penstock decompress in.gz -o out
only_here in in.gz
