odd_zip bomb bomb.zip
refuse 5 penstock unpack bomb.zip -C into --max-output 10M
says 'limit.*--max-output raises it'
[ ! -e into/bomb ]
refuse 5 penstock unpack bomb.zip -C into --max-entries 2
says 'limit.*--max-entries raises it'
# The standard ratio is beyond deflate; one that was asked for holds from 1 MiB of output.
refuse 5 penstock unpack bomb.zip -C into --max-ratio 100
says 'more than 100 times its size; --max-ratio raises the limit'
refuse 5 penstock verify bomb.zip --max-ratio 100
[ ! -e into ]
head -c 1048576 /dev/zero > small
zip -q small.zip small
penstock verify small.zip --max-ratio 100
