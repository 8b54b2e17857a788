# label: native
# A header asks for 128 MiB, the machine has less: an error, not the end of the program. Then any
# limit at all.
text 5000000 > in
penstock compress in -q
penstock compress in --codec gzip -q
odd_frames window-of-128-mib window.zst
python3 - << 'END'
import resource, subprocess
def run(kib, *command):
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (kib << 10, kib << 10))
    return subprocess.run(["penstock", *command], capture_output=True, preexec_fn=limit, timeout=60)
done = run(120 << 10, "list", "window.zst")  # has no threads whose stacks could be what is missing
assert done.returncode == 1 and b"no memory for the window" in done.stderr, done
seen = set()
for file in ("in.zst", "in.gz", "window.zst"):
    for command in (("decompress", file, "-c", "--threads", "2"), ("list", file),
                    ("decompress", file, "-c", "--range", "10:20")):
        for mib in range(8, 160, 4):
            done = run(mib << 10, *command)
            if done.returncode == 127:  # not even loaded
                continue
            assert done.returncode in (0, 1) or (file == "window.zst" and done.returncode == 5), (mib, done)
            assert done.returncode == 0 or b"penstock: " in done.stderr, (mib, done)
            seen.add(done.returncode)
assert {0, 1} <= seen, seen
END
