mkdir src
noise 3000000 > src/noise
text 3000000 > src/text
noise 5000 > src/small-noise
penstock pack src -o out.zip
python3 - << 'END'
import zipfile
methods = {i.filename: i.compress_type for i in zipfile.ZipFile("out.zip").infolist()}
assert methods["src/noise"] == methods["src/small-noise"] == 0, methods
assert methods["src/text"] == 8, methods
END
