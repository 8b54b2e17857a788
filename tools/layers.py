#!/usr/bin/env python3
"""Checks the architecture: who includes whom, and that nothing is in no list.

    layers.py               checks the repository this script lies in
    layers.py --self-test   plants one violation of each kind and expects it to be found

Rules (docs/design has the picture and the reasons):
- a room of src/ includes itself, the rooms MAY names for it, and include/penstock, nothing else;
- include/penstock, the promised API, includes the standard library, tl/expected and itself;
- a third-party header is included by the rooms THIRD_PARTY names for it, and no other;
- every file of a room is named in the room's CMakeLists.txt;
- no two headers define a type of the same name.
"""
import re
import sys
import tempfile
from pathlib import Path

# Lowest first: base <- flow <- files <- {crypto, codec} <- {archive, chunks, net} <- store <- transfer
# <- cli.
MAY = {
    "base": set(),
    "flow": {"base"},
    "files": {"base", "flow"},
    "crypto": {"base", "flow", "files"},
    "codec": {"base"},
    "archive": {"base", "flow", "files", "crypto", "codec"},
    "chunks": {"base", "flow", "files", "codec"},
    "net": {"base", "flow", "files", "crypto"},
    "store": {"base", "flow", "files", "crypto", "codec", "net"},
    "transfer": {"base", "flow", "files", "crypto", "codec", "archive", "chunks", "net", "store"},
    "cli": {"base", "flow", "files", "crypto", "codec", "archive", "chunks", "net", "store", "transfer"},
}

# Prefix of a third-party header -> the rooms that may see it. "penstock" is include/penstock.
THIRD_PARTY = {
    "tl/": {"penstock", *MAY},
    "openssl/": {"crypto"},
    "libdeflate.h": {"codec"},
    "isa-l": {"codec"},
    "zlib.h": {"codec"},
    "zstd": {"codec"},
    "curl/": {"net"},
    "pugixml.hpp": {"store"},
    "boost/json": {"base"},
    "sqlite3.h": {"base"},
}
# Tests and benchmarks may see these too.
TEST_ONLY = ("gtest/", "gmock/", "rapidcheck", "benchmark/")

# Headers of the system: no slash but these directories, or no dot at all (the standard library).
SYSTEM_DIRECTORIES = ("sys/", "linux/", "asm/", "netinet/", "arpa/")
SYSTEM_HEADERS = {
    "cpuid.h", "dirent.h", "errno.h", "fcntl.h", "fnmatch.h", "immintrin.h", "limits.h", "malloc.h",
    "nmmintrin.h", "poll.h", "pthread.h", "sched.h", "signal.h", "termios.h", "time.h", "unistd.h",
    "wmmintrin.h",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def included(file):
    return INCLUDE.findall(file.read_text(encoding="utf-8"))


def is_system(header):
    return "." not in header or header.startswith(SYSTEM_DIRECTORIES) or header in SYSTEM_HEADERS


def is_test(file):
    return re.search(r"_(test|bench|fuzz)\.cpp$|test_\w+\.(h|cpp)$|_(testing|contract)\.(h|cpp)$", file.name)


def complaint_about(header, room, file):
    """Why `file` of `room` must not include `header`, or None."""
    if is_system(header) or header.startswith("penstock/"):
        return None
    if is_test(file) and header.startswith(TEST_ONLY):
        return None
    for prefix, rooms in THIRD_PARTY.items():
        if header.startswith(prefix):
            return None if room in rooms else f"<{header}> is for {', '.join(sorted(rooms))} only"
    owner = header.split("/")[0]
    if owner not in MAY:
        return f'"{header}" belongs to no room and is in no table of layers.py'
    if room == "penstock":
        return f'the promised API must not show "{header}"'
    if owner != room and owner not in MAY[room]:
        return f'{room} must not include {owner}: "{header}"'
    return None


def check_includes(root, room, directory):
    for file in sorted(directory.rglob("*")):
        if file.suffix not in (".h", ".cpp"):
            continue
        for header in included(file):
            if why := complaint_about(header, room, file):
                yield f"{file.relative_to(root)}: {why}"


def check_lists(root, directory):
    lists = directory / "CMakeLists.txt"
    named = set(re.split(r"[\s()\"]+", lists.read_text(encoding="utf-8"))) if lists.exists() else set()
    for file in sorted(directory.rglob("*")):
        if file.suffix in (".h", ".cpp") and str(file.relative_to(directory)) not in named:
            yield f"{file.relative_to(root)}: in no list of {lists.relative_to(root)}"


def check_type_names(root):
    """Two headers that define a type of one name: all rooms share the namespace penstock, so the linker may
    take one's functions for the other's (the one-definition rule), without a word."""
    defined = {}
    for file in sorted(p for part in ("include", "src") for p in (root / part).rglob("*.h")):
        for name in re.findall(r"^(?:struct|class|enum class) (?:PENSTOCK\w+(?:\(.*?\))? )?(\w+)[^;\n]*\{",
                               file.read_text(encoding="utf-8"), re.MULTILINE):
            if name in defined:
                yield f"{file.relative_to(root)}: {name} is also defined in {defined[name].relative_to(root)}"
            defined[name] = file


def check(root):
    """All violations below `root`, one line each."""
    yield from check_type_names(root)
    yield from check_includes(root, "penstock", root / "include" / "penstock")
    for directory in sorted(p for p in (root / "src").iterdir() if p.is_dir()):
        if directory.name not in MAY:
            yield f"{directory.relative_to(root)}: a room that is not in the table of layers.py"
            continue
        yield from check_includes(root, directory.name, directory)
        yield from check_lists(root, directory)


# path, content, part of the message it must cause
PLANTED = [
    ("src/base/up.h", '#include "flow/channel.h"', "base must not include flow"),
    ("src/codec/side.cpp", '#include "crypto/aes_ctr.h"', "codec must not include crypto"),
    ("src/cli/tls.cpp", "#include <openssl/evp.h>", "is for crypto only"),
    ("src/flow/unknown.cpp", "#include <nats/nats.h>", "belongs to no room"),
    ("src/flow/tested.cpp", "#include <gtest/gtest.h>", "belongs to no room"),
    ("include/penstock/wide.h", '#include "base/bytes.h"', "promised API must not show"),
    ("include/penstock/tls.h", "#include <openssl/evp.h>", "is for crypto only"),
    ("src/files/lost.h", "#include <vector>", "in no list of"),
    ("src/codec/twin.h", "struct Channel {\n};", "is also defined in"),
    ("src/attic/old.cpp", "#include <vector>", "not in the table"),
]
FINE = {
    "src/base/bytes.h": "#include <span>\n#include <sys/stat.h>",
    "src/flow/channel_test.cpp": '#include <gtest/gtest.h>\n#include "base/bytes.h"',
    "src/flow/channel.h": "struct Channel {\n};\nstruct Declared;",
    "src/archive/a.cpp": '#include "codec/codec.h"\n#include "penstock/error.h"',
    "include/penstock/error.h": "#include <string>\n#include <tl/expected.hpp>",
}


def violations_of(files):
    """What check() says about a repository of these files, each but lost.h in its room's list."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content + "\n", encoding="utf-8")
            if file.name != "lost.h":
                with (file.parent / "CMakeLists.txt").open("a", encoding="utf-8") as lists:
                    lists.write(file.name + "\n")
        return list(check(root))


def self_test():
    assert not violations_of(FINE), violations_of(FINE)
    for path, content, expected in PLANTED:
        found = violations_of({**FINE, path: content})
        assert len(found) == 1 and expected in found[0], f"{path}: {found}"
    print(f"{len(PLANTED)} planted violations found")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    root = Path(__file__).resolve().parent.parent
    violations = list(check(root))
    for line in violations:
        print(line, file=sys.stderr)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
