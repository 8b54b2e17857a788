text 3000000 > in
cp in before
penstock compress in --rm -q
only_here before in.zst
penstock decompress in.zst --rm -q
only_here before in
cmp in before
# Not what a link leads to, not when the output failed, not for a stream.
ln -s in link
refuse 1 penstock compress link --rm
says 'link is kept'
cmp in before
trap '' XFSZ
noise 3000000 > big
(ulimit -f 1024 && refuse 1 penstock compress big --rm)
[ -e big ]
refuse 2 penstock compress in -c --rm
refuse 2 penstock decompress link.zst --test --rm
