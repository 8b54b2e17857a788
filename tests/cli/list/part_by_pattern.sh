mkdir src
touch src/a.c src/b.h
penstock pack src -o out.zip
penstock list out.zip '*.h' > table
grep -q 'b\.h' table
not grep -q 'a\.c' table
