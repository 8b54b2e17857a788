noise 3000000 > big
penstock compress big -q
mkdir full
if [ "$(id -u)" = 0 ]; then
  for command in "compress big -o full/out" "decompress big.zst -o full/out"; do
    unshare -m bash -c '
      mount -t tmpfs -o size=1m none full || exit 77
      code=0
      penstock $0 || code=$?
      [ -z "$(ls -A full)" ] || { ls -lA full >&2; exit 99; }
      exit $code' "$command" 2> refused && fail "a full disk went unnoticed" || code=$?
    cat refused >&2
    [ $code != 77 ] || skip "cannot mount here"
    [ $code = 1 ]
    says 'No space left'
  done
fi
trap '' XFSZ
(ulimit -f 1024 && refuse 1 penstock compress big -o out)
says 'too large'
(ulimit -f 1024 && refuse 1 penstock decompress big.zst -o out)
says 'too large'
refuse 1 penstock compress big -c > /dev/full
says 'No space left'
only_here big big.zst full
