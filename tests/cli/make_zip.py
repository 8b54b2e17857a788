#!/usr/bin/env python3
"""Makes ZIP archives that no honest tool makes: `make_zip.py KIND OUT.zip`. The kinds are the
functions of CASES below. Every field of every header can be set, see Archive.add."""
import struct
import subprocess
import sys
import zlib

LINK, DIRECTORY, FILE = 0o120777, 0o40755, 0o100644


class Archive:
    """Local headers, then the central directory, then the end record; any of it may lie."""

    def __init__(self):
        self.data = bytearray()
        self.central = bytearray()
        self.count = 0

    def add(self, name, content=b"", *, mode=FILE, method=None, packed=None, flags=0, size=None,
            packed_size=None, crc=None, offset=None, local_name=None, local_size=None, local_crc=None,
            local_method=None, extra=b"", descriptor=False, version=20):
        """One entry. Without overrides it is an ordinary one; `local_` ones lie in the local header
        only, the others in both; `offset` replaces where the central directory says it lies."""
        if packed is None:
            deflated = zlib.compress(content, 9)[2:-4]
            method = (8 if content else 0) if method is None else method
            packed = deflated if method == 8 else content
        method = 0 if method is None else method
        crc = zlib.crc32(content) if crc is None else crc
        size = len(content) if size is None else size
        packed_size = len(packed) if packed_size is None else packed_size
        local = [local_crc if local_crc is not None else crc, packed_size,
                 local_size if local_size is not None else size]
        if descriptor:
            flags |= 8
            local = [0, 0, 0]
        where = len(self.data) if offset is None else offset
        when = (0x6000, 0x5821)
        shown = name if local_name is None else local_name
        self.data += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", version, flags,
                                 method if local_method is None else local_method, *when, *local,
                                 len(shown), len(extra)) + shown + extra + packed
        if descriptor:
            self.data += struct.pack("<4sIII", b"PK\7\x08", crc, packed_size, size)
        self.central += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 3 << 8 | version, version, flags,
                                    method, *when, crc, packed_size, size, len(name), len(extra), 0, 0,
                                    0, mode << 16, where) + name + extra
        self.count += 1
        return where

    def end(self, *, count=None, size=None, offset=None, disk=0, comment=b""):
        at = len(self.data)
        count = self.count if count is None else count
        return bytes(self.data + self.central) + struct.pack(
            "<4sHHHHIIH", b"PK\5\6", disk, disk, count, count,
            len(self.central) if size is None else size, at if offset is None else offset,
            len(comment)) + comment


def one(name, content=b"content\n", **fields):
    """Something good, the entry in question, something good."""
    archive = Archive()
    archive.add(b"before", b"good\n")
    archive.add(name, content, **fields)
    archive.add(b"then", b"good\n")
    return archive.end()


def several(*entries, **end):
    archive = Archive()
    for name, content, fields in entries:
        archive.add(name, content, **fields)
    return archive.end(**end)


def overlap():
    """Two directory entries for the same bytes."""
    archive = Archive()
    at = archive.add(b"a", b"same bytes " * 100)
    archive.add(b"b", b"same bytes " * 100, offset=at, local_name=b"a")
    return archive.end()


def overlap_quoted():
    """Fifield's bomb: each file's data quotes the next local header, so that all end in one kernel."""
    kernel = zlib.compress(bytes(1 << 20), 9)[2:-4]
    content, data, files = bytes(1 << 20), kernel, []
    for number in range(20, 0, -1):
        name = b"%02d" % number
        header = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(content), len(data),
                             len(content), len(name), 0) + name
        files.append((name, len(header + data), len(data), len(content), zlib.crc32(content)))
        data = header + data
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        content, last = data[:len(header)] + content, data
        data = quote + data
    archive = Archive()
    archive.data = bytearray(last)
    for name, from_end, packed, size, crc in reversed(files):
        archive.central += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 788, 20, 0, 8, 0, 33, crc, packed,
                                       size, len(name), 0, 0, 0, 0, FILE << 16,
                                       len(last) - from_end) + name
        archive.count += 1
    return archive.end()


def bomb(size):
    return one(b"bomb", bytes(size))


def zstd(content=b"zstd content\n" * 5000):
    packed = subprocess.run(["zstd", "-q", "-c"], input=content, capture_output=True, check=True).stdout
    return one(b"file.zst-inside", content, packed=packed, method=93, version=63)


def zip64(lie=0):
    """An entry whose sizes stand in the ZIP64 field although they are small."""
    content = b"zip64 content\n"
    extra = struct.pack("<HHQQ", 1, 16, len(content) + lie, len(content))
    return one(b"file", content, method=0, size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=extra, version=45)


CASES = {
    "good": lambda: one(b"file"),
    "empty": lambda: Archive().end(),
    "comment": lambda: several((b"file", b"content\n", {}), comment=b"a comment"),
    "prefix": lambda: b"#!/bin/sh\n" + one(b"file"),  # offsets count from the true start
    "descriptor": lambda: one(b"file", descriptor=True),
    "zstd": zstd,
    "zip64": zip64,
    # Names.
    "traversal": lambda: one(b"../evil"),
    "traversal-deep": lambda: one(b"a/../../evil"),
    "absolute": lambda: one(b"/tmp/penstock-evil"),
    "dot": lambda: one(b"a/./b"),
    "double-slash": lambda: one(b"a//b"),
    "drive": lambda: one(b"C:\\evil"),
    "backslash-traversal": lambda: one(b"..\\evil"),
    "mixed-traversal": lambda: one(b"a/..\\b\\../..\\evil"),
    "nul": lambda: one(b"evil\0.txt"),
    "no-name": lambda: one(b""),
    "long-name": lambda: one(b"x" * 300),
    "escape-name": lambda: one(b"\x1b]0;owned\x07\nname"),
    # Names that collide.
    "duplicate": lambda: several((b"a", b"1", {}), (b"a", b"2", {})),
    "file-and-directory": lambda: several((b"a", b"1", {}), (b"a/b", b"2", {})),
    "link-and-below": lambda: several((b"l", b"/tmp", {"mode": LINK, "method": 0}), (b"l/evil", b"2", {})),
    # Links.
    "link-absolute": lambda: one(b"link", b"/etc/passwd", mode=LINK, method=0),
    "link-out": lambda: one(b"d/link", b"../../outside", mode=LINK, method=0),
    "link-in": lambda: one(b"d/link", b"../before", mode=LINK, method=0),
    "link-huge": lambda: one(b"link", b"x" * 70000, mode=LINK, method=0),
    # Kinds and modes.
    "fifo": lambda: one(b"pipe", b"", mode=0o10644),
    "device": lambda: one(b"device", b"", mode=0o20666),
    "set-id": lambda: one(b"file", mode=0o106755),
    "mode-zero": lambda: one(b"d/file", mode=0o100000),
    # Headers that disagree, sizes that lie.
    "local-name": lambda: one(b"good", local_name=b"evil"),
    "local-size": lambda: one(b"file", local_size=5),
    "local-crc": lambda: one(b"file", local_crc=1),
    "local-method": lambda: one(b"file", local_method=0),
    "size-small": lambda: one(b"file", bytes(5000), size=10),
    "size-large": lambda: one(b"file", b"small\n", size=1000),
    "size-huge": lambda: one(b"file", b"small\n", size=0xFFFFFFF0),
    "packed-large": lambda: one(b"file", b"small\n", packed_size=0x00FFFFFF),
    "crc": lambda: one(b"file", crc=12345),
    "store-sizes": lambda: one(b"file", b"stored\n", method=0, size=3),
    "trailing-in-entry": lambda: one(b"file", b"x", packed=zlib.compress(b"x")[2:-4] + b"tail", method=8),
    "zip64-lie": lambda: zip64(lie=1),
    "overlap": overlap,
    "overlap-quoted": overlap_quoted,
    "count-small": lambda: several((b"a", b"1", {}), (b"b", b"2", {}), count=1),
    "count-large": lambda: several((b"a", b"1", {}), count=2),
    "directory-offset": lambda: several((b"a", b"1", {}), offset=7),
    "directory-content": lambda: one(b"d/", b"content", mode=DIRECTORY),
    "split": lambda: several((b"a", b"1", {}), disk=1),
    "hidden-second": lambda: several((b"a", b"1", {}), comment=one(b"other")),
    # Bombs.
    "bomb": lambda: bomb(200 << 20),
    # What we do not read.
    "deflate64": lambda: one(b"file", packed=b"\3\0", method=9),
    "method-unknown": lambda: one(b"file", packed=b"??", method=77),
    "strong-encryption": lambda: one(b"file", packed=b"?" * 40, method=8, flags=0x41, version=50),
    "zipcrypto": lambda: one(b"file", packed=b"?" * 40, method=8, flags=1),
}


def main():
    if sys.argv[1:] == ["--kinds"]:
        print(*CASES, sep="\n")
        return
    kind, out = sys.argv[1:]
    with open(out, "wb") as file:
        file.write(CASES[kind]())


if __name__ == "__main__":
    main()
