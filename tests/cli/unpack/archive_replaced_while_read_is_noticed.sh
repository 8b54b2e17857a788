# What comes from two archives would be neither: the run ends, and says why.
mkdir tree
for i in $(seq 10 30); do noise 2000000 > tree/$i; done
echo other > other
replaced() {
  penstock pack tree -o s3://bucket/a.zip --codec store
  penstock unpack s3://bucket/a.zip -C into --workers 1 --threads 1 --bandwidth 4M 2> refused &
  until [ -e into/tree/10 ]; do kill -0 $! || fail "it ended too early: $(cat refused)"; done
  s3 PUT bucket/a.zip other
  code=0
  wait $! || code=$?
  [ $code = 1 ] || fail "exit code $code: $(cat refused)"
  says 'replaced while it was read'
  [ ! -e into/tree/30 ] || fail "all of it was unpacked"
}
with_s3 replaced
