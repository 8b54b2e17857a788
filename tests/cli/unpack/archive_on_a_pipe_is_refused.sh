odd_zip good in.zip
refuse 5 penstock unpack <(cat in.zip) -C into
says 'pipe'
mkfifo pipe # nobody writes to it: that must not hang
refuse 5 timeout 10 penstock unpack pipe -C into
says 'pipe'
[ ! -e into ] || only_here -C into
