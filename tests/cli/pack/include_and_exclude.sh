mkdir -p src/sub/build src/keep
touch src/a.c src/a.o src/sub/b.c src/sub/b.o src/sub/build/c.c src/keep/d.txt
penstock pack src -o out.zip --include '*.c' --exclude build
python3 -c '
import zipfile
names = {n for n in zipfile.ZipFile("out.zip").namelist() if not n.endswith("/")}
assert names == {"src/a.c", "src/sub/b.c"}, names'
