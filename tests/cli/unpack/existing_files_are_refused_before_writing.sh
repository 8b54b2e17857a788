mkdir src back
echo a > src/a
echo z > src/z
penstock pack src/a src/z -o out.zip
echo mine > back/z
refuse 2 penstock unpack out.zip -C back
says 'back/z|z.*exists'
says '--overwrite'
only_here -C back z
[ "$(cat back/z)" = mine ]
