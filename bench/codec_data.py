"""The data bench/codec.py measures with: the same bytes on every machine for the same corpus."""
import os
import random
from array import array
from pathlib import Path
from statistics import NormalDist
from struct import pack

SET_BYTES = 8 << 20
SLICE_BYTES = 128 << 10
MIX_BYTES = 1 << 20
# Set of codec_bench -> parts of the corpus, a MiB of each in turn. Noise is for its size only.
PARTS = {"text": ["src"], "binaries": ["bin"], "mixed": ["src", "bin", "media"]}


def regular_files(directory):
    """Path and size of each, in the order of their names."""
    found = [Path(path) / name for path, _, names in os.walk(directory) for name in names]
    return [(file, file.stat().st_size) for file in sorted(found) if file.is_file() and not file.is_symlink()]


def slices(directory, count, size):
    """`count` slices of `size` bytes, evenly spread over all files one behind the other."""
    files = regular_files(directory)
    total = sum(length for _, length in files)
    wanted = [total // count * i for i in range(count)]
    start = 0
    carried = b""
    for file, length in files:
        while wanted and wanted[0] < start + length:
            with open(file, "rb") as opened:
                opened.seek(max(0, wanted[0] - start))
                carried += opened.read(size)
            # A small file does not fill a slice: its neighbours do.
            if len(carried) < size:
                wanted[0] = start + length
                break
            yield carried[:size]
            carried = b""
            wanted.pop(0)
        start += length


def make_part(corpus, name, target):
    streams = [b"".join(slices(corpus / part, SET_BYTES // SLICE_BYTES, SLICE_BYTES)) for part in PARTS[name]]
    starts = range(0, SET_BYTES, MIX_BYTES)
    target.write_bytes(b"".join(streams[turn % len(streams)][at:at + MIX_BYTES] for turn, at in enumerate(starts)))


def make_noise(target):
    target.write_bytes(random.Random(1).randbytes(SET_BYTES))


def make_weights(target, size):
    """Gaussian bf16, little-endian, sigma 0.02, as weights of a network look: every 1/65536 quantile alike often.
    Made up: real weights have a little more structure."""
    normal = NormalDist(0, 0.02)
    values = [pack("<f", normal.inv_cdf((i + 0.5) / 65536))[2:] for i in range(65536)]
    rng = random.Random(3)
    with open(target, "wb") as file:
        for _ in range(size >> 20):
            file.write(b"".join(map(values.__getitem__, array("H", rng.randbytes(1 << 20)))))
