#!/usr/bin/env python3
"""Makes the test vectors of docs/formats/huffman-gzip.md: make_vectors.py DIRECTORY

Small .gz files, good and bad, and table.txt, which says what every reader has to make of each:

    name outcome members indexed sha256

outcome: ok, or why the file is refused: truncated, damaged (the DEFLATE data), crc, isize, garbage
(bytes behind a member that begin no member), header (its own CRC), unsupported. members: how many the
file has; indexed: how many of them have an index that holds, so that a decoder can use it. The
expectations are written down here by hand: nothing here reads a .gz.
"""
import hashlib
import heapq
import random
import struct
import sys
import zlib
from pathlib import Path

TEXT = b"the pipe that carries water under pressure to the turbine, with a gate that sets the flow. " * 6


class BitWriter:
    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, count):
        self.value |= value << self.count
        self.count += count

    def put_code(self, code):  # Huffman codes begin with their highest bit
        value, length = code
        self.put(int(format(value, f"0{length}b")[::-1], 2), length)

    def pad(self):
        self.count = (self.count + 7) // 8 * 8

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def code_lengths(counts, limit):
    """symbol -> length of its code; counts has at least two symbols."""
    while True:
        heap = [(count, symbol, [symbol]) for symbol, count in counts.items()]
        heapq.heapify(heap)
        lengths = dict.fromkeys(counts, 0)
        while len(heap) > 1:
            (a, tie, left), (b, _, right) = heapq.heappop(heap), heapq.heappop(heap)
            for symbol in left + right:
                lengths[symbol] += 1
            heapq.heappush(heap, (a + b, tie, left + right))
        if max(lengths.values()) <= limit:
            return lengths
        counts = {symbol: (count + 1) // 2 for symbol, count in counts.items()}


def canonical(lengths):
    """symbol -> (code, length)"""
    codes, code = {}, 0
    for length in range(1, 16):
        for symbol in sorted(s for s, own in lengths.items() if own == length):
            codes[symbol] = (code, length)
            code += 1
        code <<= 1
    return codes


def run_lengths(lengths):
    """The lengths of a header as symbols of the precode: (symbol, extra value, extra bits)."""
    out, at = [], 0
    while at < len(lengths):
        zeros = 0
        while zeros < 138 and at + zeros < len(lengths) and lengths[at + zeros] == 0:
            zeros += 1
        if zeros >= 11:
            out.append((18, zeros - 11, 7))
        elif zeros >= 3:
            out.append((17, zeros - 3, 3))
        else:
            zeros = 0
            out.append((lengths[at], 0, 0))
        at += max(1, zeros)
    return out


def huffman_block(bits, data, last, middle=None):
    """Writes a block of literals, and symbol `middle` in the middle of run 4; returns its entry."""
    counts = {256: 1}
    for byte in data:
        counts[byte] = counts.get(byte, 0) + 1
    if len(counts) == 1:
        counts[0] = 1
    lengths = code_lengths(counts, 11)
    codes = canonical(lengths)
    symbols = run_lengths([lengths.get(s, 0) for s in range(257)] + [1, 1])
    precounts = {}
    for symbol, _, _ in symbols:
        precounts[symbol] = precounts.get(symbol, 0) + 1
    prelengths = code_lengths(precounts, 7)
    precodes = canonical(prelengths)
    bits.put(last | 2 << 1, 3)
    bits.put(0, 5)
    bits.put(1, 5)
    bits.put(15, 4)
    for place in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15):
        bits.put(prelengths.get(place, 0), 3)
    for symbol, extra, count in symbols:
        bits.put_code(precodes[symbol])
        bits.put(extra, count)
    runs, step = [], len(data) // 8
    for run in range(8):
        begin = bits.count
        literals = data[run * step:(run + 1) * step if run < 7 else len(data)]
        for at, byte in enumerate(literals):
            if run == 3 and middle is not None and at == step // 2:
                bits.put_code(codes[middle])
            bits.put_code(codes[byte])
        runs.append(bits.count - begin)
    bits.put_code(codes[256])
    return (1, len(data), runs)


def stored_block(bits, data, last):
    bits.put(last, 3)
    bits.pad()
    bits.put(len(data), 16)
    bits.put(len(data) ^ 0xFFFF, 16)
    for byte in data:
        bits.put(byte, 8)
    return (0, len(data), [])


def deflate(*blocks):
    """(DEFLATE data, entries) of ("h"|"s", data) blocks"""
    bits, entries = BitWriter(), []
    for number, (kind, data) in enumerate(blocks, 1):
        write = huffman_block if kind == "h" else stored_block
        entries.append(write(bits, data, number == len(blocks)))
    return bits.bytes(), entries


def lz(data):
    """One block with the fixed code and matches, as an LZ might make it: of TEXT, which repeats."""
    bits, at, back = BitWriter(), 0, len(TEXT) // 6
    bits.put(1 | 1 << 1, 3)
    assert 65 <= back <= 96  # distance symbol 12
    while at < len(data):
        if at >= back and at + 10 <= len(data) and data[at:at + 10] == data[at - back:at - back + 10]:
            bits.put_code((264 - 256, 7))  # a length of 10
            bits.put_code((12, 5))
            bits.put(back - 65, 5)
            at += 10
        else:
            bits.put_code((0x30 + data[at], 8))  # up to 143
            at += 1
    bits.put_code((0, 7))
    return bits.bytes()


def field(identifier, content):
    return identifier + struct.pack("<H", len(content)) + content


def entry(kind, size, runs):
    return bytes([kind]) + b"".join(n.to_bytes(3, "little") for n in (size, *runs))


def gzip(data, body, extra=None, flags=0, mtime=0, texts=b"", crc=None, size=None, header_crc=0):
    """A member: `extra` is the FEXTRA field, `texts` FNAME and FCOMMENT with their zeros."""
    flags |= 4 if extra is not None else 0
    header = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, flags, mtime, 0, 255)
    header += b"" if extra is None else struct.pack("<H", len(extra)) + extra
    header += texts
    if flags & 2:
        header += struct.pack("<H", (zlib.crc32(header) ^ header_crc) & 0xFFFF)
    crc = zlib.crc32(data) if crc is None else crc
    return header + body + struct.pack("<II", crc, len(data) if size is None else size)


def ours(data, body, entries, version=1, streams=8, count=None, more=0, claimed=None, before=b"",
         after=b"", index=None, **rest):
    """A member with our subfield; the arguments are lies to tell in it."""
    index = b"".join(entry(*e) for e in entries) if index is None else index
    count = len(entries) if count is None else count
    claimed = len(data) if claimed is None else claimed

    def with_length(length):
        content = struct.pack("<BBHII", version, streams, count, length, claimed) + index
        return gzip(data, body, before + field(b"PS", content) + after, **rest)

    return with_length(len(with_length(0)) + more)


def make(vectors):
    """Appends (name, outcome, members, indexed, file, output)."""
    def add(name, outcome, members, indexed, file, output=b""):
        vectors.append((name, outcome, members, indexed, file, output))

    noise = random.Random(3).randbytes(300)
    skewed = bytes(random.Random(4).choices(range(256), [1 << 8 >> min(i, 8) for i in range(256)], k=900))
    body, entries = deflate(("h", TEXT))
    kind, size, runs = entries[0]
    two, two_entries = deflate(("h", TEXT), ("h", skewed))
    mixed, mixed_entries = deflate(("s", noise), ("h", TEXT), ("s", noise), ("h", skewed))
    good = ours(TEXT, body, entries)
    short = b"water under pressure"
    plain = gzip(TEXT, lz(TEXT))

    # Good, and as we write them.
    add("example", "ok", 1, 1, ours(short, *deflate(("h", short)), mtime=0), short)
    add("one_block", "ok", 1, 1, good, TEXT)
    add("two_blocks", "ok", 1, 1, ours(TEXT + skewed, two, two_entries), TEXT + skewed)
    add("stored_and_huffman", "ok", 1, 1, ours(noise + TEXT + noise + skewed, mixed, mixed_entries),
        noise + TEXT + noise + skewed)
    add("stored", "ok", 1, 1, ours(noise, *deflate(("s", noise))), noise)
    add("empty", "ok", 1, 1, ours(b"", *deflate(("s", b""))))
    add("empty_huffman", "ok", 1, 1, ours(b"", *deflate(("h", b""))))
    add("one_symbol", "ok", 1, 1, ours(b"z" * 1000, *deflate(("h", b"z" * 1000))), b"z" * 1000)
    add("fewer_literals_than_runs", "ok", 1, 1, ours(b"abc", *deflate(("h", b"abc"))), b"abc")
    every = bytes(range(256)) * 3
    add("every_byte", "ok", 1, 1, ours(every, *deflate(("h", every))), every)
    add("not_indexed", "ok", 1, 0, ours(TEXT, lz(TEXT), []), TEXT)
    add("name_and_time", "ok", 1, 1,
        ours(TEXT, body, entries, flags=8, mtime=1_700_000_000, texts=b"flow.txt\0"), TEXT)
    add("many_members", "ok", 4, 3, good + ours(noise, *deflate(("s", noise))) +
        ours(TEXT, lz(TEXT), []) + good, TEXT + noise + TEXT + TEXT)

    # Good, and of others.
    add("plain", "ok", 1, 0, plain, TEXT)
    add("plain_members", "ok", 3, 1, plain + good + plain, TEXT * 3)
    add("plain_empty", "ok", 1, 0, gzip(b"", lz(b"")))
    add("other_subfields", "ok", 1, 0, gzip(TEXT, lz(TEXT), field(b"XY", b"abc") + field(b"\0\1", b"")), TEXT)
    add("among_other_subfields", "ok", 1, 1,
        ours(TEXT, body, entries, before=field(b"XY", b"PS"), after=field(b"Zz", b"")), TEXT)
    add("extra_is_no_list", "ok", 1, 0, gzip(TEXT, body, b"PS\xff\xff\1\10"), TEXT)
    add("all_fields", "ok", 1, 1, ours(TEXT, body, entries, flags=1 | 2 | 8 | 16, texts=b"name\0comment\0"), TEXT)
    blocks = [gzip(part, lz(part), field(b"BC", struct.pack("<H", 25 + len(lz(part)))))
              for part in (TEXT[:200], TEXT[200:], b"")]
    add("bgzf", "ok", 3, 0, b"".join(blocks), TEXT)
    indexed = [gzip(part, lz(part), field(b"IG", struct.pack("<I", 28 + len(lz(part)))))
               for part in (TEXT[:200], TEXT[200:])]
    add("pgzip", "ok", 2, 0, b"".join(indexed), TEXT)

    # An index that lies or that we do not know: the file is good all the same.
    def lie(name, changed, **rest):
        add(name, "ok", 1, 0, ours(TEXT, body, changed, **rest), TEXT)

    lie("unknown_version", entries, version=2)
    lie("version_zero", entries, version=0)
    lie("unknown_streams", entries, streams=4)
    lie("run_one_bit_long", [(1, size, [runs[0] + 1, runs[1] - 1, *runs[2:]])])
    lie("run_one_bit_short", [(1, size, [*runs[:6], runs[6] - 1, runs[7] + 1])])
    lie("runs_overlap", [(1, size, [runs[0], 0, *runs[2:]])])
    lie("runs_swapped", [(1, size, [runs[1], runs[0], *runs[2:]])])
    lie("last_run_too_short", [(1, size, [*runs[:7], runs[7] - 8])])
    lie("last_run_too_long", [(1, size, [*runs[:7], runs[7] + 8])])
    lie("runs_behind_the_member", [(1, size, [0xFFFFFF] * 8)])
    lie("runs_of_nothing", [(1, size, [0] * 8)])
    lie("fewer_bytes", [(1, size - 8, runs)])
    lie("more_bytes", [(1, size + 8, runs)], claimed=size + 8)
    lie("huge_bytes", [(1, 0xFFFFFF, runs)], claimed=0xFFFFFF)
    lie("stored_instead", [(0, size, [])])
    lie("unknown_kind", [(7, size, [])])
    lie("huge_count", entries, count=65535)
    lie("count_of_one_too_few", entries + [(0, 0, [])], count=1)
    lie("a_block_too_many", entries + [(0, 0, [])])
    lie("an_empty_block_first", [(0, 0, [])] + entries)
    lie("empty_blocks", [(0, 0, [])] * 2000)
    lie("index_cut_off", entries, index=entry(1, size, runs)[:-1])
    lie("index_of_one_byte", entries, index=b"\1")
    lie("member_one_byte_short", entries, more=-1)
    lie("member_one_byte_long", entries, more=1)
    lie("member_as_long_as_a_trailer", entries, more=8 - len(good))
    lie("member_of_4_gib", entries, more=0xFFFFFFFF - len(good))
    lie("data_of_4_gib", entries, claimed=0xFFFFFFFF)
    lie("two_subfields", entries, before=field(b"PS", b"\1\10"))
    lie("two_equal_subfields", [], before=field(b"PS", bytes(12)))
    add("not_indexed_data_of_4_gib", "ok", 1, 0, ours(TEXT, lz(TEXT), [], claimed=0xFFFFFFFF), TEXT)
    add("not_indexed_wrong_length", "ok", 2, 0, ours(TEXT, lz(TEXT), [], more=3) + plain, TEXT * 2)
    add("two_blocks_said_to_be_one", "ok", 1, 0,
        ours(TEXT + skewed, two, [(1, size + 900, [a + b for a, b in zip(runs, two_entries[1][2])])]), TEXT + skewed)
    add("blocks_swapped", "ok", 1, 0, ours(TEXT + skewed, two, two_entries[::-1]), TEXT + skewed)
    add("matches_said_to_be_literals", "ok", 1, 0, ours(TEXT, lz(TEXT), entries), TEXT)
    bits = BitWriter()
    first = huffman_block(bits, TEXT, False)
    bits.put(1 | 1 << 1, 3)  # an empty block with the fixed code, whose end-of-block is seven zeros
    bits.put(0, 7)
    add("last_block_is_not_the_last", "ok", 1, 0, ours(TEXT, bits.bytes(), [first]), TEXT)
    bits = BitWriter()
    ended = huffman_block(bits, TEXT, True, middle=256)
    # An inflate stops at the end-of-block in run 4, and takes what follows for the trailer.
    add("end_of_block_inside", "crc", 0, 0, ours(TEXT, bits.bytes(), [ended]))

    # Bad.
    add("nothing", "truncated", 0, 0, b"")
    for at in (1, 9, 11, 15, 40, 55):
        add(f"cut_off_in_header_{at}", "truncated", 0, 0, good[:at])
    add("cut_off_in_data", "truncated", 0, 0, good[:150])
    add("cut_off_before_trailer", "truncated", 0, 0, good[:-8])
    add("cut_off_in_trailer", "truncated", 0, 0, good[:-1])
    add("cut_off_in_second_member", "truncated", 0, 0, good + good[:-1])
    add("cut_off_plain", "truncated", 0, 0, plain[:-9])
    stored = bytearray(ours(noise, *deflate(("s", noise))))
    stored[-20] ^= 4
    add("flipped_stored", "crc", 0, 0, bytes(stored))
    stored[-20] ^= 4
    stored[33] ^= 1  # LEN of the stored block
    add("flipped_stored_length", "damaged", 0, 0, bytes(stored))
    begin = len(good) - 8 - len(body)
    for name, at, bit in (("block_type", 0, 1), ("code", 3, 6)):
        flipped = bytearray(good)
        flipped[begin + at] ^= 1 << bit
        add(f"flipped_{name}", "damaged", 0, 0, bytes(flipped))
    add("wrong_crc", "crc", 0, 0, ours(TEXT, body, entries, crc=zlib.crc32(TEXT) ^ 1))
    add("wrong_isize", "isize", 0, 0, ours(TEXT, body, entries, size=size + 1))
    add("wrong_isize_in_both_places", "isize", 0, 0, ours(TEXT, body, entries, size=size + 1, claimed=size + 1))
    add("wrong_crc_plain", "crc", 0, 0, gzip(TEXT, lz(TEXT), crc=0))
    add("wrong_isize_plain", "isize", 0, 0, gzip(TEXT, lz(TEXT), size=0))
    add("other_data_behind_right_index", "crc", 0, 0, ours(TEXT, deflate(("h", TEXT[::-1]))[0], entries, crc=zlib.crc32(TEXT)))
    add("garbage_behind", "garbage", 0, 0, good + b"garbage")
    add("garbage", "garbage", 0, 0, b"PK\3\4 no gzip")
    add("method_7", "unsupported", 0, 0, good[:2] + b"\7" + good[3:])
    add("reserved_flag", "unsupported", 0, 0, good[:3] + b"\x24" + good[4:])
    add("wrong_header_crc", "header", 0, 0, ours(TEXT, body, entries, flags=2, header_crc=1))


def main(directory):
    vectors = []
    make(vectors)
    directory.mkdir(exist_ok=True)
    lines = []
    for name, outcome, members, indexed, file, output in vectors:
        (directory / f"{name}.gz").write_bytes(file)
        if outcome == "ok":
            lines.append(f"{name} ok {members} {indexed} {hashlib.sha256(output).hexdigest()}\n")
        else:
            lines.append(f"{name} {outcome} - - -\n")
    (directory / "table.txt").write_text("".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
