mkdir -p src/a src/b
touch src/a/x src/a.txt src/a-b src/B src/b/y "src/$(printf '\377')"
penstock pack src -o out.zip
python3 - << 'END'
import zipfile
names = [i.filename.encode("cp437") for i in zipfile.ZipFile("out.zip").infolist()]
assert names == sorted(names) and len(names) == 9, names
END
