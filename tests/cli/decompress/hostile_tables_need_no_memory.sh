# label: native
# A seek table of 16 million entries: read in pieces, by list and for a range.
python3 - << 'END'
import os, resource, struct, subprocess, sys
sys.path.insert(0, os.environ["CLI_TESTS"])
import make_frames
sys.dont_write_bytecode = True
COUNT = 16 << 20
first = make_frames.frame(b"a" * 1000)
with open("file.zst", "wb") as out:  # the entries but the first two are a hole
    rest = make_frames.skippable(1000)
    out.write(first + rest)
    out.write(struct.pack("<II", 0x184D2A5E, 8 * COUNT + 9))
    out.write(struct.pack("<IIII", len(first), 1000, len(rest), 0))
    out.seek(8 * (COUNT - 2), os.SEEK_CUR)
    out.write(struct.pack("<IBI", COUNT, 0, 0x8F92EAB1))
def run(*command):
    return subprocess.run(["penstock", *command], capture_output=True, timeout=60)
listed = run("list", "file.zst")
assert listed.returncode == 0 and b"seek table" in listed.stdout, listed
part = run("decompress", "file.zst", "-c", "--range", "500:510")
assert part.returncode == 0 and part.stdout == b"a" * 10, part
# At the end of the data, all entries are looked at; one of nothing is no frame.
end = run("decompress", "file.zst", "-c", "--range", "1000:")
assert end.returncode == 5 and b"is not what the file's index says" in end.stderr, end
kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
assert kib < 64 << 10, kib
END
