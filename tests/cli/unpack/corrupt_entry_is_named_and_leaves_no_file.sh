mkdir src
text 200000 > src/a
text 300000 > src/b
with_password secret
penstock pack src -o out.zip --password-file password
python3 - << 'END'
import zipfile
offset = next(i.header_offset for i in zipfile.ZipFile("out.zip").infolist() if i.filename == "src/b")
data = bytearray(open("out.zip", "rb").read())
data[offset + 5000] ^= 4
open("bad.zip", "wb").write(data)
END
refuse 5 penstock unpack bad.zip -C back --password-file password
says 'src/b'
[ ! -e back/src/b ]
refuse 5 penstock verify bad.zip --password-file password
says 'src/b'
