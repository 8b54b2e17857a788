text 1000 > a
refuse 2 penstock pack a -o a.zip --aes 128 2> said
grep -q -- '--encrypt' said
only_here a said
