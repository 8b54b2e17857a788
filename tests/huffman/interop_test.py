#!/usr/bin/env python3
"""What MemberEncoder makes of 1,000 generated inputs, in each of three modes, is read by everybody:

    interop_test.py GZIP_MEMBERS

All members are joined into one file, which every program has to turn into the same bytes; Python's zlib
also reads them one by one. Node and Java are asked where they are installed.
"""
import gzip
import hashlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

INPUTS = 1000
MODES = ("huffman", "1", "6")

NODE = "process.stdout.write(require('zlib').gunzipSync(require('fs').readFileSync(process.argv[1])))"
JAVA = """
import java.io.*;
import java.util.zip.GZIPInputStream;
public class Gunzip {
  public static void main(String[] args) throws IOException {
    try (var in = new GZIPInputStream(new BufferedInputStream(new FileInputStream(args[0])), 65536)) {
      in.transferTo(System.out);
    }
    System.out.flush();
  }
}
"""


def alphabet(generator, symbols, skew):
    """Turns random bytes into `symbols` different ones; the larger `skew`, the rarer are most."""
    return bytes(int(symbols * generator.random() ** skew) for _ in range(256))


def fibonacci(size):
    """Counts that ask for codes as long as the number of symbols."""
    out, a, b, symbol = bytearray(), 1, 1, 0
    while len(out) < size:
        out += bytes([symbol % 256]) * a
        a, b, symbol = b, a + b, symbol + 1
    return bytes(out[:size])


def one_input(number):
    generator = random.Random(number)
    size = (number if number < 300 else generator.randrange(20_000) if number < 900 else
            generator.randrange(300_000) if number < 996 else generator.randrange(1 << 20, 3 << 20))
    shape = number % 8
    if shape == 0:
        return generator.randbytes(size)
    if shape == 1:
        return bytes([number % 256]) * size
    if shape == 2:
        return fibonacci(size)
    if shape == 3:
        return b" ".join(b"word%d" % (generator.random() ** 3 * 900) for _ in range(size // 7 + 1))[:size]
    if shape == 4:
        return bytes(range(256)) * (size // 256) + bytes(size % 256)
    table = alphabet(generator, 1 + number % 256, 1 + shape)
    data = generator.randbytes(size).translate(table)
    return data if shape < 7 else data[:size // 2] + bytes(size // 4) + generator.randbytes(size // 4)


def programs(work):
    """(name, command that writes what FILE holds to standard output, whether it must be there)"""
    (work / "Gunzip.java").write_text(JAVA)
    yield "gzip", ["gzip", "-dc"], True
    yield "pigz", ["pigz", "-dc"], True
    yield "libdeflate-gzip", ["libdeflate-gzip", "-dc"], True
    yield "7zz", ["7zz", "e", "-so", "-tgzip"], True
    yield "node", ["node", "-e", NODE], False
    yield "java", ["java", "-XX:TieredStopAtLevel=1", str(work / "Gunzip.java")], False


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def ask(name, command, needed, file, expected):
    if shutil.which(command[0]) is None:
        print(f"{'MISSING' if needed else 'SKIPPED'}: {name} is not installed")
        return not needed
    begin = time.monotonic()
    run = subprocess.run([*command, file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if name == "java" and b"jdk.compiler" in run.stderr:
        print("SKIPPED: java cannot run a source file here")
        return True
    same = run.returncode == 0 and sha256(run.stdout) == expected
    print(f"{'ok' if same else 'WRONG'}: {name}, {time.monotonic() - begin:.1f} s")
    if not same:
        print(run.stderr.decode(errors="replace")[:1000])
    return same


def encode(gzip_members, mode, inputs, out):
    """The members of each input; `out` gets all of them."""
    packed = out.with_suffix(".in")
    packed.write_bytes(b"".join(struct.pack("<I", len(data)) + data for data in inputs))
    run = subprocess.run([gzip_members, mode, packed, out], stdout=subprocess.PIPE, check=True)
    joined, at = out.read_bytes(), 0
    for length in map(int, run.stdout.split()):
        yield joined[at:at + length]
        at += length


def inflate(members):
    out = b""
    while members:
        decoder = zlib.decompressobj(31)
        out += decoder.decompress(members)
        members = decoder.unused_data
    return out


def check(gzip_members, work):
    inputs = [one_input(number) for number in range(INPUTS)]
    whole, good = [], True
    for mode in MODES:
        for number, members in enumerate(encode(gzip_members, mode, inputs, work / mode)):
            whole.append(members)
            if inflate(members) != inputs[number]:
                print(f"WRONG: input {number}, mode {mode}")
                good = False
    joined = work / "joined.gz"
    joined.write_bytes(b"".join(whole))
    expected = sha256(b"".join(inputs) * len(MODES))
    print(f"{len(whole)} outputs, {joined.stat().st_size} bytes, sha256 {expected}")
    with gzip.open(joined) as file:
        python = sha256(file.read())
    subprocess.run([gzip_members, "decode", work, work], stdout=subprocess.DEVNULL, check=True)
    for name, found in (("Python", python), ("penstock", sha256((work / "joined").read_bytes()))):
        print(f"{'ok' if found == expected else 'WRONG'}: {name}")
        good &= found == expected
    return all([good, *(ask(*program, joined, expected) for program in programs(work))])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(0 if check(sys.argv[1], Path(directory)) else 1)
