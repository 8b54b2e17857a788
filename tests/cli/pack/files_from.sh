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
