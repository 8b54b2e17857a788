# label: native
python3 - << 'END'
import os
# A million names of 999 files: names are what costs memory, and inodes cost the test its time.
os.mkdir("seed")
for f in range(999):
    with open(f"seed/f{f:03}", "wb") as file:
        file.write(b"%d" % f)
for d in range(1000):
    os.makedirs(f"many/d{d:03}")
    for f in range(999):
        os.link(f"seed/f{f:03}", f"many/d{d:03}/f{f:03}")
END
with_password secret
# peak COMMAND...: fails when the command needed more than 64 MiB.
peak() {
  python3 - "$@" << 'END'
import resource, subprocess, sys
subprocess.run(["penstock", *sys.argv[1:]], check=True)
kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"penstock {sys.argv[1]}: {kib / 1024:.1f} MiB", file=sys.stderr)
assert kib <= 64 * 1024, kib
END
}
peak pack many -o out.zip --password-file password
peak list out.zip > /dev/null
peak verify out.zip --password-file password
peak unpack out.zip -C back --password-file password
diff -rq many back/many
