#!/usr/bin/env python3
"""Both decoders, penstock's and the reference, make of every vector what table.txt says; the vectors
are those that make_vectors.py makes; the page shows the one it explains as it is.

    vectors_test.py REPOSITORY GZIP_MEMBERS
"""
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import make_vectors
import reference


def as_reference_decodes(files):
    for name, file in files.items():
        try:
            output, members, indexed = reference.read_file(file)
            yield name, f"ok {members} {indexed} {hashlib.sha256(output).hexdigest()}"
        except reference.Wrong as wrong:
            yield name, f"{wrong} - - -"


def as_penstock_decodes(gzip_members, vectors):
    with tempfile.TemporaryDirectory() as out:
        run = subprocess.run([gzip_members, "decode", vectors, out], stdout=subprocess.PIPE, text=True, check=True)
        for line in run.stdout.splitlines():
            name, outcome, *numbers = line.split(" ")
            made = Path(out, name).read_bytes() if outcome == "ok" else None
            yield name, " ".join([outcome, *numbers, "-" if made is None else hashlib.sha256(made).hexdigest()])


def differences(what, found, expected):
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            yield f"{what}: {name}: {found.get(name)}, not {expected.get(name)}"


def check(repository, gzip_members):
    vectors = repository / "tests/huffman/vectors"
    committed = {path.name: path.read_bytes() for path in vectors.iterdir()}
    files = {name[:-3]: file for name, file in committed.items() if name.endswith(".gz")}
    table = dict(line.split(" ", 1) for line in committed["table.txt"].decode().splitlines())
    yield from differences("reference", dict(as_reference_decodes(files)), table)
    yield from differences("penstock", dict(as_penstock_decodes(gzip_members, vectors)), table)
    with tempfile.TemporaryDirectory() as made:
        make_vectors.main(Path(made))
        again = {path.name: path.read_bytes() for path in Path(made).iterdir()}
    yield from (f"{name}: not what make_vectors.py makes" for name in sorted(again.keys() | committed.keys())
                if again.get(name) != committed.get(name))
    page = (repository / "docs/formats/huffman-gzip.md").read_text(encoding="utf-8")
    shown = re.findall(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} ?)+)", page, re.MULTILINE)
    if bytes.fromhex("".join(shown)) != committed["example.gz"]:
        yield "docs/formats/huffman-gzip.md: the example is not vectors/example.gz"


if __name__ == "__main__":
    wrong = list(check(Path(sys.argv[1]), sys.argv[2]))
    print("\n".join(wrong) or "all vectors agree")
    sys.exit(1 if wrong else 0)
