#!/usr/bin/env python3
"""Makes the seeds of fuzz/gzip_member_fuzz.cpp from the test vectors: make_corpus.py VECTORS CORPUS"""
import sys
from pathlib import Path

CONTENTS = {
    "empty": b"", "one": b"z", "text": b"water under pressure, ", "zeros": bytes(300), "every": bytes(range(256)),
    "two_symbols": b"ab" * 50 + b"b" * 30,
}


def main(vectors, corpus):
    corpus.mkdir(parents=True, exist_ok=True)
    for path in sorted(vectors.glob("*.gz")):
        file = path.read_bytes()
        if file and len(file) < 4000:
            (corpus / f"bytes_{path.stem}").write_bytes(b"\0" + file)
            (corpus / f"data_{path.stem}").write_bytes(b"\1" + file)
    for name, content in CONTENTS.items():
        for mode in (2, 3):
            for times, changes in ((0, b"\0\0\0\0"), (7, b"\x20\1\x23\1"), (255, b"\x18\1\0\0")):
                seed = bytes([mode, times]) + changes + content
                (corpus / f"content_{name}_{mode}_{times}").write_bytes(seed)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
