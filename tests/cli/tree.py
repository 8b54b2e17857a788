#!/usr/bin/env python3
"""Trees of files for the CLI tests: `make DIR` makes one, `same A B` compares two."""
import hashlib
import os
import random
import stat
import sys

NANOSECONDS = 1_000_000_000
WHEN = 1_600_000_000 * NANOSECONDS


def words(size):
    """Text that compresses."""
    rng = random.Random(5)
    vocabulary = [bytes(rng.choices(b"etaoinshrdlu", k=rng.randint(2, 9))) for _ in range(800)]
    out = bytearray()
    while len(out) < size:
        out += b" ".join(rng.choices(vocabulary, k=8)) + b"\n"
    return bytes(out[:size])


def noise(size):
    return random.Random(size).randbytes(size)


FILES = {
    b"empty": b"",
    b"one byte": b"x",
    b"text.txt": words(70_000),
    b"noise.bin": noise(50_000),
    b"three MiB": words(2 << 20) + noise(1 << 20),
    b"zeros": bytes(1 << 20),
    b"--leading-dash": b"dash",
    b"new\nline": b"newline",
    b"back\\slash": b"backslash",
    b"star*?[a]": b"glob",
    "\u00fc\u4e2d\U0001f600.txt".encode(): "\u00fc".encode(),
    "nfd-u\u0308".encode(): b"not composed",
    b"latin1-\xe9\xff": b"not UTF-8",
    b"deep/er/and/deeper/file": b"deep",
    b"deep.txt": b"sorts between deep and deep/",
    b"mode-0600": b"private",
    b"mode-0755": b"#!/bin/sh\n",
    b"mode-0444": b"read-only",
    b"n" * 255: b"longest name",
    b"batch/.hidden": b"hidden",
    **{b"batch/%03d.c" % n: words(100 + 37 * n) for n in range(120)},
}
MODES = {b"mode-0600": 0o600, b"mode-0755": 0o755, b"mode-0444": 0o444, b"deep/er": 0o750}
LINKS = {
    b"link-to-file": b"text.txt",
    b"link-to-directory": b"deep/er",
    b"link-dangling": b"not/there",
    b"deep/link-up": b"../text.txt",
}
EMPTY = [b"empty-dir", b"deep/empty-dir"]


def make(top):
    top = os.fsencode(top)
    for name in EMPTY:
        os.makedirs(os.path.join(top, name))
    for name, content in FILES.items():
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    for name, target in LINKS.items():
        os.symlink(target, os.path.join(top, name))
    for name, mode in MODES.items():
        os.chmod(os.path.join(top, name), mode)
    # Bottom up, so that a directory's time is set after what is in it. Fractions in some.
    for step, (path, directories, files) in enumerate(sorted(os.walk(top), reverse=True)):
        for number, name in enumerate(sorted(files + directories)):
            entry = os.path.join(path, name)
            if os.path.islink(entry) or os.path.isfile(entry):
                when = WHEN + (step * 1000 + number) * NANOSECONDS + number % 3 * 123_456_700
                os.utime(entry, ns=(when, when), follow_symlinks=False)
        when = WHEN + step * NANOSECONDS
        os.utime(path, ns=(when, when))


def kind(mode):
    return {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "link"}.get(
        stat.S_IFMT(mode), "special")


def describe(path, options):
    """What of `path` counts."""
    status = os.lstat(path)
    what = {"kind": kind(status.st_mode)}
    if what["kind"] == "link":
        what["target"] = os.readlink(path)
        return what  # a link's own mode and time are no promise of any ZIP tool
    if "--no-modes" not in options:
        what["mode"] = oct(stat.S_IMODE(status.st_mode))
    if "--no-times" not in options:
        what["mtime"] = status.st_mtime_ns // NANOSECONDS
    if what["kind"] == "file":
        what["size"] = status.st_size
        with open(path, "rb") as file:
            what["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return what


def listing(top, options):
    found = {}
    for path, directories, files in os.walk(top):
        for name in directories + files:
            entry = os.path.join(path, name)
            if "--no-links" not in options or not os.path.islink(entry):
                found[os.path.relpath(entry, top)] = describe(entry, options)
    return found


def same(one, other, options):
    a, b = (listing(os.fsencode(top), options) for top in (one, other))
    differences = 0
    for name in sorted(a.keys() | b.keys()):
        if a.get(name) != b.get(name):
            differences += 1
            print(f"differs: {name!r}: {a.get(name, 'missing')} - {b.get(name, 'missing')}", file=sys.stderr)
    if not a:
        print(f"{one} is empty: nothing was compared", file=sys.stderr)
    return 1 if differences or not a else 0


def main():
    command, *rest = sys.argv[1:]
    options = {argument for argument in rest if argument.startswith("--")}
    places = [argument for argument in rest if argument not in options]
    if command == "make":
        make(*places)
        return 0
    return same(*places, options)


if __name__ == "__main__":
    sys.exit(main())
