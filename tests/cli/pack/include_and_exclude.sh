mkdir -p src/sub/build src/keep
touch src/a.c src/a.o src/sub/b.c src/sub/b.o src/sub/build/c.c src/keep/d.txt
penstock pack src -o out.zip --include '*.c' --exclude build
python3 -c '
import zipfile
names = {n for n in zipfile.ZipFile("out.zip").namelist() if not n.endswith("/")}
assert names == {"src/a.c", "src/sub/b.c"}, names'
# An archive of nothing would look like a backup when an include is mistyped.
refuse 3 penstock pack src -o none.zip --include '*.none'
says 'nothing in the sources matches --include "\*\.none": no archive is made'
refuse 3 penstock pack src --dry-run --include '*.none'
refuse 3 penstock pack src -o - --include '*.none' > stream
[ ! -s stream ]
[ ! -e none.zip ]
: > list
penstock pack --files-from list -o none.zip 2> words
grep -q 'nothing was taken: the archive is empty' words
