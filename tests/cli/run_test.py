#!/usr/bin/env python3
"""The runner of the CLI tests notices what it must: a test of the tests."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUN = Path(__file__).resolve().parent / "run"


class Runner(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def run_script(self, script, *arguments, **beside):
        path = Path(self.directory.name) / "t.sh"
        path.write_text(script + "\n")
        for what, text in beside.items():
            path.with_name(f"t.sh.{what}").write_text(text)
        command = [sys.executable, str(RUN), "--penstock", "/bin/true", *arguments, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False).returncode

    def test_accepts_what_is_expected(self):
        self.assertEqual(self.run_script("echo a 17 b; echo c; echo d; echo x >&2; exit 3",
                                         stdout="a * b\n...\nd\n", stderr="x\n", exit="3\n"), 0)

    def test_notices_a_failing_command(self):
        self.assertEqual(self.run_script("false; true"), 1)

    def test_notices_a_failure_in_a_pipe(self):
        self.assertEqual(self.run_script("false | cat"), 1)

    def test_notices_success_where_failure_is_expected(self):
        self.assertEqual(self.run_script("true", exit="1\n"), 1)

    def test_notices_other_output(self):
        self.assertEqual(self.run_script("echo b", stdout="a\n"), 1)
        self.assertEqual(self.run_script("echo a; echo b", stdout="a\n"), 1)
        self.assertEqual(self.run_script("true", stderr="a\n"), 1)

    def test_star_does_not_reach_across_lines(self):
        self.assertEqual(self.run_script("echo a; echo b", stdout="a*b\n"), 1)

    def test_gives_no_variables_of_the_caller_and_an_empty_directory(self):
        self.assertEqual(self.run_script('[ -z "${PENSTOCK_LEVEL:-}" ] && [ -z "$(ls -A)" ]'), 0)

    def test_tells_skipped_from_passed(self):
        self.assertEqual(self.run_script("exit 77"), 77)

    def test_update_writes_what_happened(self):
        self.assertEqual(self.run_script("echo a; exit 4", "--update"), 0)
        self.assertEqual((Path(self.directory.name) / "t.sh.stdout").read_text(), "a\n")
        self.assertEqual((Path(self.directory.name) / "t.sh.exit").read_text(), "4\n")


if __name__ == "__main__":
    unittest.main()
