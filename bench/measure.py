"""Runs commands and measures them: wall time, CPU time of all their processes, the largest one's memory."""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "build" / "release"
PENSTOCK = RELEASE / "penstock"


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def build():
    """Installs what is missing and builds the release."""
    subprocess.run([ROOT / "tools/install-packages", "build", "bench"], check=True)
    subprocess.run([ROOT / "tools/build", "release", "-DPENSTOCK_BENCHMARKS=ON"], check=True)


def make_corpus():
    """The corpus, made when it is not there: its directory."""
    made = subprocess.run([ROOT / "bench/corpus.sh"], check=True, stdout=subprocess.PIPE, text=True)
    return Path(made.stdout.strip())


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def machine():
    """What the figures were measured on and with."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), "unknown")
    flags = next((line for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("flags")), "")
    units = [unit for unit in ("aes", "sha_ni", "avx2", "avx512bw", "vaes") if f" {unit}" in flags]
    return {
        "cpu": cpu, "cores": len(os.sched_getaffinity(0)), "units": units, "kernel": os.uname().release,
        "commit": output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "7zz": output_of("7zz").splitlines()[0].split(":")[0].strip(),
        "bsdtar": output_of("bsdtar", "--version").split(" - ")[0],
        "zstd": output_of("dpkg-query", "-W", "-f", "${Version}", "zstd"),
        "age": output_of("dpkg-query", "-W", "-f", "${Version}", "age"),
    }


@contextmanager
def scratch():
    """A directory on tmpfs that goes away."""
    where = "/dev/shm" if os.path.isdir("/dev/shm") else None
    directory = Path(tempfile.mkdtemp(prefix="penstock-bench-", dir=where))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def warm(directory):
    """Reads every file once, so that all contenders find it in the page cache."""
    for path, _, names in os.walk(directory):
        for name in names:
            try:
                with open(os.path.join(path, name), "rb", buffering=0) as file:
                    while file.read(1 << 20):
                        pass
            except OSError:
                pass  # a link that leads nowhere


def measure(command, cwd, env=None):
    """Runs `command` (bash): {"wall": s, "cpu": s, "peak": bytes}. Fails when the command does.

    GNU time is what tells the peak: it is small itself, and a process's peak counts from its fork."""
    with tempfile.NamedTemporaryFile("r") as told:
        wrapped = ["time", "-q", "-o", told.name, "-f", "%M", "bash", "-c", f"set -o pipefail; {command}"]
        before = os.times()
        start = time.perf_counter()
        done = subprocess.run(wrapped, cwd=cwd, env={**os.environ, **(env or {})}, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        wall = time.perf_counter() - start
        after = os.times()
        if done.returncode != 0:
            sys.exit(f"bench: exit code {done.returncode}: {command}\n{done.stderr.decode(errors='replace')}")
        cpu = (after.children_user + after.children_system
               - before.children_user - before.children_system)
        return {"wall": wall, "cpu": cpu, "peak": int(told.read().split()[-1]) * 1024}


def median(runs):
    """The medians of several measurements; of the peaks, the highest."""
    return {"wall": statistics.median(run["wall"] for run in runs),
            "cpu": statistics.median(run["cpu"] for run in runs),
            "peak": max(run["peak"] for run in runs),
            "walls": [round(run["wall"], 3) for run in runs]}


def take_turns(contenders, runs, once=()):
    """contenders: name -> function that measures once. All of them once, then all again: name -> medians.
    Those named in `once`, slow ones that nothing is held against, only have the first turn."""
    seen = {name: [] for name in contenders}
    for turn in range(runs):
        for name, contender in contenders.items():
            if turn > 0 and name in once:
                continue
            say(f"{name} ({turn + 1}/{runs})")
            seen[name].append(contender())
    return {name: median(found) for name, found in seen.items()}


def tree_bytes(directory):
    """Files, and bytes in them."""
    sizes = [os.lstat(os.path.join(path, name)).st_size for path, _, names in os.walk(directory)
             for name in names if not os.path.islink(os.path.join(path, name))]
    return len(sizes), sum(sizes)


def table(headings, rows):
    """A Markdown table, first column to the left, the others to the right."""
    print("\n| " + " | ".join(headings) + " |")
    print("|---|" + "--:|" * (len(headings) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def verdict(result, claim, asked, measured, met, note=""):
    """A promise and what became of it, for the table at the end."""
    result.setdefault("verdicts", []).append(
        {"claim": claim, "asked": asked, "measured": measured, "met": bool(met), "note": note})


def print_verdicts(result):
    print("\n## Asked and measured")
    table(["promise", "asked", "measured", "met"],
          [[v["claim"] + (f" ({v['note']})" if v["note"] else ""), v["asked"], v["measured"],
            "yes" if v["met"] else "NO"] for v in result["verdicts"]])
