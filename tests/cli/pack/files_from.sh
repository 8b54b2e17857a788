mkdir -p a/b c
echo 1 > a/b/1
echo 2 > a/b/2
echo 3 > c/3
printf '%s\n' a/b/1 ./c/3 > names
penstock pack --files-from names -o out.zip
printf 'a/b/2\0' | penstock pack --files-from - -o nul.zip
python3 -c '
import zipfile
def files(archive): return [n for n in zipfile.ZipFile(archive).namelist() if not n.endswith("/")]
assert files("out.zip") == ["a/b/1", "c/3"], files("out.zip")
assert files("nul.zip") == ["a/b/2"], files("nul.zip")'
# What leads upwards is taken, as it is when it is given as a source.
mkdir d
cd d
echo 4 > ../4
printf '%s\n' ../4 ../a/b/1 > names
penstock pack --files-from names -o up.zip
penstock pack ../4 -o source.zip
for archive in up source; do penstock unpack $archive.zip -C $archive; done
only_here -C up 4 a
cmp up/a/b/1 ../a/b/1
cmp up/4 source/4
# A file and what lies below its name cannot be unpacked together: the second is named, left out.
echo 5 > a
refuse 1 penstock pack --files-from <(printf '%s\n' a ../a/b/1) -o met.zip
says '\.\./a/b/1: the list has a too, which is no directory'
penstock unpack met.zip -C met
only_here -C met a
# What find prints of a directory above is that directory, once.
find .. | penstock pack --files-from - --dry-run
