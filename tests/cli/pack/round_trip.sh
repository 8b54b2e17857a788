make_tree src
penstock pack src -o out.zip
penstock unpack out.zip -C back
same_tree src back/src
only_here src out.zip back
