noise 3000000 > big
if [ "$(id -u)" = 0 ]; then
  mkdir small
  unshare -m bash -c '
    mount -t tmpfs -o size=1m none small || exit 77
    code=0
    penstock pack big -o small/out.zip || code=$?
    [ -z "$(ls -A small)" ] || { ls -lA small >&2; exit 99; }
    exit $code' 2> refused && fail "a full disk went unnoticed" || code=$?
  cat refused >&2
  [ $code != 77 ] || skip "cannot mount here"
  [ $code = 1 ]
  says 'No space left'
fi
# A limit of the file size does the same without a right.
trap '' XFSZ
(ulimit -f 1024 && refuse 1 penstock pack big -o out.zip)
says 'too large'
rm -rf small
only_here big
