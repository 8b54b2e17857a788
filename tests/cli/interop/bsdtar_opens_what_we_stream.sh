make_tree src
rm src/nfd* src/latin1* # bsdtar rewrites such names
mkdir back
penstock pack src -o - | cat > out.zip
LC_ALL=C.UTF-8 bsdtar -xf out.zip -C back
same_tree src back/src
