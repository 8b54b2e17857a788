mkdir dir
echo a > dir/a
refuse 2 penstock pack dir -o dir/out.zip
says 'penstock: pack.*inside'
ln -s dir elsewhere
refuse 2 penstock pack dir -o elsewhere/out.zip
refuse 2 penstock pack dir/a -o dir/a --force
[ "$(cat dir/a)" = a ]
echo dir/a > list
refuse 2 penstock pack --files-from list -o dir/a --force
says 'penstock: pack.*inside'
[ "$(cat dir/a)" = a ]
only_here -C dir a
