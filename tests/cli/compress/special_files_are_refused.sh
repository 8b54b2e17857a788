mkfifo pipe
refuse 5 penstock compress pipe
says 'pipe is no regular file'
refuse 5 penstock decompress pipe -o out
refuse 5 penstock compress /dev/zero -o out
refuse 2 penstock decompress . -o out
only_here pipe
