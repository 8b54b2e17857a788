# One bit of every third byte: either the archive is refused or what comes out is right.
mkdir src
echo 'some content' > src/a
head -c 300 /dev/zero > src/z
with_password secret
penstock pack src -o plain.zip
penstock pack src -o aes.zip --password-file password
python3 - << 'END'
import pathlib, shutil, subprocess
expected = sorted(file.read_bytes() for file in pathlib.Path("src").iterdir())
def unpack(archive, options):
    """The exit code, and the contents of all files. (A flipped bit in a name gives another name.)"""
    shutil.rmtree("back", ignore_errors=True)
    done = subprocess.run(["penstock", "unpack", archive, "-C", "back", *options], capture_output=True)
    files = [path for path in pathlib.Path("back").rglob("*") if path.is_file()]
    return done.returncode, sorted(file.read_bytes() for file in files)
for archive, options in (("plain.zip", []), ("aes.zip", ["--password-file", "password"])):
    assert unpack(archive, options) == (0, expected)
    good = open(archive, "rb").read()
    for at in range(0, len(good), 3):
        flipped = bytearray(good)
        flipped[at] ^= 1 << at % 8
        open("flipped.zip", "wb").write(flipped)
        code, contents = unpack("flipped.zip", options)
        assert code in (0, 1, 4, 5), (archive, at, code)
        assert code != 0 or contents == expected, (archive, at, contents)
END
