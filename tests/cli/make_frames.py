#!/usr/bin/env python3
"""Makes .zst and .gz files that no honest tool makes: `make_frames.py KIND OUT`. The kinds are
those of CASES below. Where nothing else is said, the content is 1000 times each of the letters
a, b, c, d: a frame or member for each."""
import struct
import sys
import zlib

LETTERS = [bytes([letter]) * 1000 for letter in b"abcd"]


def block(kind, size, last):
    return struct.pack("<I", size << 3 | kind << 1 | last)[:3]


def frame(content, says=True):
    """A frame of zstd in one raw block; `says`: its content size."""
    head = struct.pack("<IBBQ", 0xFD2FB528, 0xC0, 0x38, len(content) if says is True else says)
    return head + block(0, len(content), 1) + content


def silent(content):
    """The same without a content size."""
    return struct.pack("<IBB", 0xFD2FB528, 0, 0x38) + block(0, len(content), 1) + content


def runs(size):
    """A frame of zeros in runs of 128 KiB, 4 bytes each, without a content size."""
    head = struct.pack("<IBB", 0xFD2FB528, 0, 0x38)
    count = size >> 17
    return head + (block(1, 1 << 17, 0) + b"\0") * (count - 1) + block(1, 1 << 17, 1) + b"\0"


def skippable(size):
    return struct.pack("<II", 0x184D2A50, size) + bytes(size)


def table(entries):
    """The seek table of (bytes in the file, bytes of content)."""
    body = b"".join(struct.pack("<II", *entry) for entry in entries)
    body += struct.pack("<IBI", len(entries), 0, 0x8F92EAB1)
    return struct.pack("<II", 0x184D2A5E, len(body)) + body


def seekable(*frames):
    """Of (bytes, content size that the table claims)."""
    return b"".join(data for data, _ in frames) + table([(len(data), size) for data, size in frames])


def member(content, field=b"", behind=0):
    """A gzip member that says to be `behind` bytes longer than it is, in the field IG, PS or BC."""
    deflated = zlib.compress(content, 9)[2:-4]
    size = 12 + 4 + {b"IG": 4, b"BC": 2, b"PS": 12}[field] + len(deflated) + 8 + behind
    extra = {
        b"IG": struct.pack("<I", size),
        b"BC": struct.pack("<H", (size - 1) & 0xFFFF),
        b"PS": struct.pack("<BBHII", 1, 8, 0, size, len(content)),
    }[field]
    extra = field + struct.pack("<H", len(extra)) + extra
    head = struct.pack("<BBBBIBBH", 0x1F, 0x8B, 8, 4, 0, 0, 255, len(extra))
    return head + extra + deflated + struct.pack("<II", zlib.crc32(content), len(content))


def honest_zst():
    return seekable(*[(frame(letters), 1000) for letters in LETTERS])


def entry_over_two_frames():
    a, b, c, d = map(frame, LETTERS)
    return seekable((a + b, 1000), (c, 1000), (d, 1000))


def frame_behind_a_skippable_one():
    a, b, c, d = map(frame, LETTERS)
    return seekable((a, 1000), (skippable(20) + b, 0), (c, 1000), (d, 1000))


def entries_that_cut_frames():
    data = b"".join(map(frame, LETTERS))
    return data + table([(500, 1000), (600, 1000), (len(data) - 1100, 2000)])


def frame_with_another_size():
    a, b, c, d = map(frame, LETTERS)
    return seekable((a, 1500), (b, 500), (c, 1000), (d, 1000))


def hint_over_two(field):
    a, b, c, d = (member(letters, field) for letters in LETTERS)
    return member(LETTERS[0], field, behind=len(b)) + b + c + d


def more_than_the_table_says():
    """The second frame makes 8 GiB; the table says 1000 bytes."""
    a, _, c, _ = map(frame, LETTERS)
    return seekable((a, 1000), (runs(8 << 30), 1000), (c, 1000))


def less_than_the_table_says():
    """The second frame holds 1000 bytes; the table says 1500."""
    a, _, c, _ = map(frame, LETTERS)
    return seekable((a, 1000), (silent(LETTERS[1]), 1500), (c, 1000))


def window_of_128_mib():
    return struct.pack("<IBB", 0xFD2FB528, 0, 17 << 3) + block(0, 1000, 1) + b"a" * 1000


CASES = {
    "honest-zst": honest_zst,
    "entry-over-two-frames": entry_over_two_frames,
    "frame-behind-a-skippable-one": frame_behind_a_skippable_one,
    "entries-that-cut-frames": entries_that_cut_frames,
    "frame-with-another-size": frame_with_another_size,
    "hint-over-two-ig": lambda: hint_over_two(b"IG"),
    "hint-over-two-bc": lambda: hint_over_two(b"BC"),
    "hint-over-two-ps": lambda: hint_over_two(b"PS"),
    "more-than-the-table-says": more_than_the_table_says,
    "less-than-the-table-says": less_than_the_table_says,
    "window-of-128-mib": window_of_128_mib,
}

if __name__ == "__main__":
    kind, path = sys.argv[1:]
    with open(path, "wb") as out:
        out.write(CASES[kind]())
