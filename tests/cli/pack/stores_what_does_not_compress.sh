# Small files by the method; of big ones each piece is decided for itself, inside deflate.
mkdir src
noise 3000000 > src/noise
text 3000000 > src/text
noise 5000 > src/small-noise
penstock pack src -o out.zip
python3 - << 'END'
import zipfile
entries = {i.filename: i for i in zipfile.ZipFile("out.zip").infolist()}
assert entries["src/small-noise"].compress_type == 0
assert entries["src/noise"].compress_size < 3_001_000, entries["src/noise"]
assert entries["src/text"].compress_size < 2_000_000, entries["src/text"]
END
