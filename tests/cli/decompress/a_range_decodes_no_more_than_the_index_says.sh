# A frame of 8 GiB that the table says to be of 1000 bytes: refused where it goes beyond.
odd_frames more-than-the-table-says file
[ "$(stat -c %s file)" -lt 400000 ]
refuse 5 timeout 20 penstock decompress file -o out --range 1500:1510
says 'file: what lies at byte [0-9]+ makes more than the 1,000 bytes that the file.s index says of this part$'
refuse 5 timeout 20 penstock decompress file -c --range 500:1500 > part
says 'makes more than the 2,000 bytes'
# Nor less: what follows would be moved.
odd_frames less-than-the-table-says file
refuse 5 penstock decompress file -o out --range 1500:2600
says 'file: the bytes 1017 to [0-9]+ of it hold 2,000 bytes of data, but its index says 2,500$'
only_here file part
