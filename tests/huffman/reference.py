#!/usr/bin/env python3
"""Reads .gz files as docs/formats/huffman-gzip.md describes them: reference.py FILE.gz > FILE

Written from that page and RFCs 1951 and 1952 alone, to be read rather than to be fast. zlib inflates
only what has no index that holds.
"""
import struct
import sys
import zlib


class Wrong(Exception):
    """The index, or the file, for the reason the word names."""


def need(promise, word="index"):
    if not promise:
        raise Wrong(word)


class Bits:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        value = int.from_bytes(self.data[self.at >> 3:(self.at >> 3) + 4], "little") >> (self.at & 7)
        self.at += count
        need(self.at <= 8 * len(self.data))
        return value & ((1 << count) - 1)

    def symbol(self, code):
        length = value = 0
        while (length, value) not in code:
            length, value = length + 1, value << 1 | self.take(1)
            need(length <= 15)
        return code[length, value]


def canonical(lengths):
    code, value = {}, 0
    for length in range(1, 16):
        for symbol in (s for s, its_length in enumerate(lengths) if its_length == length):
            code[length, value] = symbol
            value += 1
        value <<= 1
    return code


def literal_code(bits):
    literals, distances, counts = bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4
    lengths = [0] * 19
    for place in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)[:counts]:
        lengths[place] = bits.take(3)
    code, lengths = canonical(lengths), []
    while len(lengths) < literals + distances:
        symbol = bits.symbol(code)
        if symbol < 16:
            lengths.append(symbol)
        elif symbol == 16:
            lengths += lengths[-1:] * (3 + bits.take(2))
        else:
            lengths += [0] * (3 + bits.take(3) if symbol == 17 else 11 + bits.take(7))
    return canonical(lengths[:literals])


def inflate_by_index(data, entries):
    bits, out = Bits(data), bytearray()
    for left, (kind, size, runs) in zip(reversed(range(len(entries))), entries):
        need((bits.take(1), bits.take(2)) == (left == 0, 2 * kind))
        if kind == 0:
            at = (bits.at + 7) // 8
            need(data[at:at + 4] == struct.pack("<HH", size, size ^ 0xFFFF) and at + 4 + size <= len(data))
            out += data[at + 4:at + 4 + size]
            bits.at = 8 * (at + 4 + size)
            continue
        code = literal_code(bits)
        for run, length in enumerate(runs):
            end = bits.at + length
            for _ in range(size // 8 + (size % 8 if run == 7 else 0)):
                literal = bits.symbol(code)
                need(literal < 256)
                out.append(literal)
            need(bits.at == end)
        need(bits.symbol(code) == 256)
    need((bits.at + 7) // 8 == len(data))
    return bytes(out)


def subfield(extra):
    """The one 'PS' subfield."""
    found, at = [], 0
    while at < len(extra):
        need(at + 4 <= len(extra))
        end = at + 4 + int.from_bytes(extra[at + 2:at + 4], "little")
        need(end <= len(extra))
        found += [extra[at + 4:end]] * (extra[at:at + 2] == b"PS")
        at = end
    need(len(found) == 1 and len(found[0]) >= 12)
    return found[0]


def read_index(field, header_bytes):
    """(member_bytes, entries)"""
    version, streams, blocks, member_bytes, data_bytes = struct.unpack_from("<BBHII", field)
    room, entries, at = member_bytes - header_bytes - 8, [], 12
    need((version, streams) == (1, 8) and room > 0 and data_bytes <= 1032 * room)
    for _ in range(blocks):
        end = at + (28 if field[at:at + 1] == b"\1" else 4)
        need(end <= len(field) and field[at] <= 1)
        size, *runs = (int.from_bytes(field[i:i + 3], "little") for i in range(at + 1, end, 3))
        need(field[at] == 1 or size <= 65535)
        entries.append((field[at], size, runs))
        at = end
    need(at == len(field) and blocks and sum(entry[1] for entry in entries) == data_bytes <= 16 << 20)
    return member_bytes, entries


def read_header(data):
    """(its length, the FEXTRA field)"""
    need(b"\x1f\x8b".startswith(data[:2]), "garbage")
    need(len(data) >= 10, "truncated")
    flags, at, extra = data[3], 10, b""
    need(data[2] == 8 and flags < 0x20, "unsupported")
    if flags & 4:
        at = 12 + int.from_bytes(data[10:12], "little")
        extra = data[12:at]
    for _ in range((flags >> 3 & 1) + (flags >> 4 & 1)):
        at = data.find(b"\0", at) + 1 or len(data) + 1
    at += flags & 2
    need(at <= len(data), "truncated")
    need(not flags & 2 or data[at - 2:at] == struct.pack("<H", zlib.crc32(data[:at - 2]) & 0xFFFF), "header")
    return at, extra


def read_member(data):
    """(output, bytes of input used, whether the index held) of the first member."""
    begin, extra = read_header(data)
    try:
        member_bytes, entries = read_index(subfield(extra), begin)
        need(member_bytes <= len(data))
        out, end, indexed = inflate_by_index(data[begin:member_bytes - 8], entries), member_bytes - 8, True
    except Wrong:
        inflate, indexed = zlib.decompressobj(-15), False
        try:
            out = inflate.decompress(data[begin:])
        except zlib.error:
            raise Wrong("damaged") from None
        end = len(data) - len(inflate.unused_data)
        need(inflate.eof and end + 8 <= len(data), "truncated")
    crc, size = struct.unpack_from("<II", data, end)
    need(crc == zlib.crc32(out), "crc")
    need(size == len(out) & 0xFFFFFFFF, "isize")
    return out, end + 8, indexed


def read_file(data):
    """(output, number of members, how many of them had an index that held)"""
    out, members, indexed = b"", 0, 0
    while data or members == 0:
        made, used, held = read_member(data)
        out, data, members, indexed = out + made, data[used:], members + 1, indexed + held
    return out, members, indexed


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        sys.stdout.buffer.write(read_file(file.read())[0])
