make_tree src
rm src/nfd* src/latin1* src/new* # unzip decodes names by the locale, and drops line ends
text 9000000 > src/large
for level in 1 5 9; do
  rm -rf back out.zip
  penstock pack src -o out.zip --level $level
  LC_ALL=C.UTF-8 unzip -q out.zip -d back
  same_tree src back/src
done
