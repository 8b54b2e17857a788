make_tree src
text 9000000 > src/large
for options in '--level 1' '--level 9' '--codec store' '--codec huffman'; do
  rm -f out.zip
  # shellcheck disable=SC2086 # options are words
  penstock pack src -o out.zip $options
  python3 - << 'END'
import os, zipfile
archive = zipfile.ZipFile("out.zip")
assert archive.testzip() is None
seen = 0
for entry in archive.infolist():
    name = entry.filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")
    mode = entry.external_attr >> 16
    if name.endswith(b"/"):
        assert os.path.isdir(name), name
    elif mode & 0o170000 == 0o120000:
        assert os.readlink(name) == archive.read(entry), name
    else:
        with open(name, "rb") as file:
            assert file.read() == archive.read(entry), name
        assert os.stat(name).st_mode == mode, name
    seen += 1
assert seen == 1 + sum(len(d) + len(f) for _, d, f in os.walk("src")), seen
END
done
