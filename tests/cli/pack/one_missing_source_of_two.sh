echo here > here
refuse 1 penstock pack here gone -o out.zip
says 'gone'
penstock unpack out.zip -C back
cmp here back/here
