odd_zip good in.zip
mkfifo pipe
cat in.zip > pipe &
refuse 5 timeout 10 penstock unpack pipe -C into
says 'pipe'
: < pipe || true
wait
