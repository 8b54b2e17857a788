#!/usr/bin/env python3
"""guide.py PAGE.md SCRIPT.sh: fails unless the page's ```sh blocks are, line by line, the parts of the script
between lines "# page" and "# end": a reader types what is tested."""
import difflib
import sys


def between(lines, begin, end):
    inside = False
    for line in lines:
        if line == (end if inside else begin):
            inside = not inside
        elif inside:
            yield line
    if inside:
        sys.exit(f"guide.py: a part without its {end!r}")


def main(page, script):
    shown = list(between(open(page, encoding="utf-8").read().splitlines(), "```sh", "```"))
    tested = list(between(open(script, encoding="utf-8").read().splitlines(), "# page", "# end"))
    if not tested:
        sys.exit(f"guide.py: {script} shows nothing")
    if shown != tested:
        sys.exit("\n".join(difflib.unified_diff(shown, tested, page, script, lineterm="")))


main(*sys.argv[1:])
