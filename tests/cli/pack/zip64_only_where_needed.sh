make_tree src
penstock pack src -o out.zip
python3 - << 'END'
import zipfile
for entry in zipfile.ZipFile("out.zip").infolist():
    assert entry.extract_version < 45, (entry.filename, entry.extract_version)
assert b"PK\x06\x06" not in open("out.zip", "rb").read()[-100:]
END
