mkdir full empty
echo mine > full/mine
refuse 2 penstock bench files 3 full
says 'full is not empty'
only_here -C full mine
penstock bench files 3 --size 0 empty
[ "$(find empty -type f -size 0 | wc -l)" = 3 ]
refuse 2 penstock bench files 3 empty
echo mine > file
not penstock bench files 3 file
[ "$(cat file)" = mine ]
