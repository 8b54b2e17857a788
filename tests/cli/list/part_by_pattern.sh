mkdir src
touch src/a.c src/b.h
penstock pack src -o out.zip
penstock list out.zip '*.h' > table
grep -q 'b\.h' table
not grep -q 'a\.c' table
# A pattern that matches nothing is an error, as for unpack; what the others match is shown.
refuse 3 penstock list out.zip '*.h' '*.none' > table
says "nothing in out.zip matches \*\.none"
grep -q 'b\.h' table
refuse 3 penstock list out.zip '*.none' > table
[ ! -s table ] || fail "a header above nothing: $(cat table)"
