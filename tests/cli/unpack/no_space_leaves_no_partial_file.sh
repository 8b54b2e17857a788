noise 3000000 > big
penstock pack big -o out.zip
trap '' XFSZ
(ulimit -f 1024 && refuse 1 penstock unpack out.zip -C back)
says 'too large'
[ ! -e back ] || only_here -C back
