make_tree src
rm src/latin1* # zipfile cannot hold it
python3 - << 'END'
import io, os, sys, zipfile

class Pipe(io.RawIOBase):  # zipfile writes descriptors when it cannot seek
    def __init__(self, path): self.file = open(path, "wb")
    def writable(self): return True
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()

def pack(out, method, zip64):
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, directories, files in os.walk("src"):
            for name in directories + files:
                entry = os.path.join(path, name)
                if os.path.islink(entry):
                    continue
                if os.path.isdir(entry):
                    archive.write(entry)
                    continue
                info = zipfile.ZipInfo.from_file(entry)
                info.compress_type = method
                with open(entry, "rb") as file, archive.open(info, "w", force_zip64=zip64) as packed:
                    packed.write(file.read())

pack("deflate.zip", zipfile.ZIP_DEFLATED, False)
pack("store.zip", zipfile.ZIP_STORED, False)
pack("zip64.zip", zipfile.ZIP_DEFLATED, True)
pack(Pipe("streamed.zip"), zipfile.ZIP_DEFLATED, False)
pack(Pipe("streamed64.zip"), zipfile.ZIP_STORED, True)
END
for archive in deflate store zip64 streamed streamed64; do
  penstock unpack $archive.zip -C $archive
  same_tree --no-links --no-times src $archive/src
done
