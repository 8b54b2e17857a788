mkdir -p a b/c
echo 1 > a/1
echo 2 > b/c/2
echo 3 > three
ln -s a/1 link
penstock pack a b/c three link -o out.zip
penstock unpack out.zip -C back
same_tree a back/a
same_tree b/c back/c
cmp three back/three
[ "$(readlink back/link)" = a/1 ]
