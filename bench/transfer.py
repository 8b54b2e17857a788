"""push and pull: penstock beside the least client there can be, rclone, aws and restic.

Against a sink that costs next to nothing, where the client is what is measured, and a real Ceph RGW, where the server
is the limit. Ratios within one run are what counts: wall times of a busy machine swing by two."""
import json
import os
import random
import shutil
import subprocess

from measure import (PENSTOCK, RELEASE, measure, output_of, print_verdicts, say, scratch, table, take_turns, verdict)
from s3_servers import Rgw, Sink, aws, rclone, restic

FILES, FILE_BYTES = 10_000, 4096
BIG_BYTES = 1 << 30
# Against the tight client, on the sink and on RGW; against rclone, restic and aws.
CPU_OF_TIGHT, SPEED_OF_TIGHT, RGW_SPEED_OF_TIGHT = 1.5, 0.7, 0.9
CPU_OF_RCLONE, RGW_SPEED_OF_RCLONE, BUNDLE_SPEED_OF_RESTIC = 1 / 8, 1.8, 2.0
UP_OF_AWS, DOWN_OF_AWS, CPU_OF_AWS = 2.0, 1.5, 1 / 3
NOTHING_SECONDS, LIST_PAGE = 0.5, 1000
PEAK_BYTES = 48 << 20
MANY_FILES, SPARSE_BYTES = 1_000_000, 100 << 30
BUSY_FILES, BUSY_EXTRA = 1000, 0.20
# What rclone was fastest with, on the sink and on RGW.
RCLONE_SINK, RCLONE_RGW = 8, 16


def last_json(file):
    """The report, after whatever was told before it."""
    return json.loads(file.read_text(encoding="utf-8").splitlines()[-1])


class Bench:
    """The files, all in one directory of tmpfs, and the command lines."""

    def __init__(self, out, options, result):
        self.out, self.options, self.result = out, options, result
        self.turn = 0

    def environment(self, server):
        """With the journals of penstock in the scratch directory, too."""
        return {**server.environment, "HOME": str(self.out), "XDG_STATE_HOME": str(self.out / "state"),
                "XDG_CACHE_HOME": str(self.out / "cache")}

    def run(self, command, server):
        return measure(command, self.out, self.environment(server))

    def forget(self):
        """No journal, no output: a first time again."""
        for name in ("state", "cache", "into"):
            shutil.rmtree(self.out / name, ignore_errors=True)
        self.turn += 1

    def push(self, source, place="ours", more=""):
        return f"{PENSTOCK} push {source} s3://bench/{place} --quiet {more}"

    def tight(self, server, place):
        return f"{RELEASE}/bench/tight_client {server.authority} bench/{place} < list"

    def report(self, command, server):
        """The figures, and the report that the command prints as JSON."""
        figures = self.run(f"{command} --json > report.json", server)
        return figures, last_json(self.out / "report.json")

    def turns(self, title, contenders, columns):
        """Lets the contenders take turns; prints and keeps the figures. columns: heading -> function of a figure."""
        figures = take_turns(contenders, self.options.runs)
        self.result.setdefault("transfers", {})[title] = figures
        print(f"\n## {title}")
        table(["", *columns], [[name, *(column(f) for column in columns.values())] for name, f in figures.items()])
        return figures

    def judge(self, claim, asked, measured, met, note=""):
        verdict(self.result, claim, asked, measured, met, note)

    def at_least(self, claim, asked, gain, note=""):
        self.judge(claim, f">= {asked:.2g}", f"{gain:.2f}", gain >= asked, note)

    def at_most(self, claim, asked, share, note=""):
        self.judge(claim, f"<= {asked:.3g}", f"{share:.3f}", share <= asked, note)


def make_files(out, count):
    rng = random.Random(1)
    for number in range(count):
        name = out / f"src/d{number // 100:03}/f{number % 100:02}"
        name.parent.mkdir(parents=True, exist_ok=True)
        name.write_bytes(rng.randbytes(FILE_BYTES))
    names = sorted(str(p.relative_to(out)) for p in (out / "src").rglob("f*"))
    (out / "list").write_text("\n".join(names) + "\n", encoding="utf-8")


def make_noise(file, size):
    rng = random.Random(2)
    with open(file, "wb") as data:
        for _ in range(size >> 20):
            data.write(rng.randbytes(1 << 20))


SMALL = {"wall s": lambda f: f"{f['wall']:.2f}", "files/s": lambda f: f"{FILES / f['wall']:,.0f}",
         "CPU us a file": lambda f: f"{f['cpu'] / FILES * 1e6:,.0f}", "peak MiB": lambda f: f"{f['peak'] / (1 << 20):,.1f}"}


def speed(f):
    return 1 / f["wall"]


def small_to_sink(bench):
    def turn(make_command):
        bench.forget()
        with Sink("--remember") as sink:
            return bench.run(make_command(sink), sink)

    figures = bench.turns(f"{FILES:,} x {FILE_BYTES >> 10} KiB to the sink", {
        "tight client, 8": lambda: turn(lambda sink: bench.tight(sink, "tight")),
        "penstock": lambda: turn(lambda sink: bench.push("src")),
        f"rclone, {RCLONE_SINK}": lambda: turn(
            lambda sink: rclone(f"copy src peer:bench/rclone --transfers {RCLONE_SINK}")),
    }, SMALL)
    tight, ours, peer = figures.values()
    bench.at_most("small files, sink: CPU per file, times the tight client's", CPU_OF_TIGHT, ours["cpu"] / tight["cpu"])
    bench.at_most("small files, sink: CPU per file, share of rclone's", CPU_OF_RCLONE, ours["cpu"] / peer["cpu"])
    bench.at_least("small files, sink: files/s, times the tight client's", SPEED_OF_TIGHT, speed(ours) / speed(tight))


class Counting:
    """What RGW counts while commands run against it."""

    def __init__(self, bench, rgw):
        self.bench, self.rgw = bench, rgw

    def run(self, command):
        before = self.rgw.counters()
        figures = self.bench.run(command, self.rgw)
        after = self.rgw.counters()
        self.last = {name: after[name] - before[name] for name in after}
        return figures


def small_to_rgw(bench, rgw):
    counted, asked = Counting(bench, rgw), {}

    def turn(name, make_command):
        bench.forget()
        figures = counted.run(make_command(f"{name}-{bench.turn}"))
        asked[name] = counted.last
        return figures

    def restic_turn():
        bench.forget()
        repository = f"restic-{bench.turn}"
        subprocess.run(["bash", "-c", restic(rgw, repository, "init")], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, **bench.environment(rgw)})
        asked["restic"] = {}
        figures = counted.run(restic(rgw, repository, "backup src"))
        asked["restic"] = counted.last
        return figures

    bundles = "--bundle" in output_of(str(PENSTOCK), "push", "--help")
    contenders = {
        "tight": lambda: turn("tight", lambda place: bench.tight(rgw, place)),
        "penstock": lambda: turn("penstock", lambda place: bench.push("src", place)),
        "rclone": lambda: turn("rclone", lambda place: rclone(
            f"copy src peer:bench/{place} --transfers {RCLONE_RGW}")),
        "restic": restic_turn,
    }
    if bundles:
        contenders["bundle"] = lambda: turn("bundle", lambda place: bench.push("src", place, "--bundle 32M"))
    figures = bench.turns(f"{FILES:,} x {FILE_BYTES >> 10} KiB to RGW", contenders, SMALL)
    print("\nRequests by RGW's own count, last turn: " +
          ", ".join(f"{name} {found['requests']:,} ({found['puts']:,} of them put)" for name, found in asked.items()) + ".")
    bench.result["rgw_requests"] = asked
    judge_rgw(bench, figures, asked["penstock"])
    if bundles:
        bench.at_least("small files, RGW: --bundle, files/s, times restic's", BUNDLE_SPEED_OF_RESTIC,
                       speed(figures["bundle"]) / speed(figures["restic"]))
    else:
        say("NOT MEASURED: this penstock has no push --bundle")
        bench.judge("small files, RGW: --bundle, files/s, times restic's", f">= {BUNDLE_SPEED_OF_RESTIC}", "not there",
                    False, "this penstock has no push --bundle")


def judge_rgw(bench, figures, asked):
    others = asked["requests"] - asked["puts"]
    bench.judge("small files, RGW: one request per file, by its own count", f"{FILES:,} puts", f"{asked['puts']:,} puts",
                asked["puts"] == FILES and others <= 3, f"and {others} others: the bucket, a list")
    bench.at_least("small files, RGW: files/s, times the tight client's", RGW_SPEED_OF_TIGHT,
                   speed(figures["penstock"]) / speed(figures["tight"]))
    bench.at_least("small files, RGW: files/s, times rclone's", RGW_SPEED_OF_RCLONE,
                   speed(figures["penstock"]) / speed(figures["rclone"]))


def nothing_to_do(bench, where, server, count):
    """count(): requests so far."""
    bench.forget()
    place = f"again-{bench.turn}"
    bench.run(bench.push("src", place), server)
    before = count()
    figures = bench.turns(f"again, nothing to do, {where}",
                          {"penstock": lambda: bench.run(bench.push("src", place), server)},
                          {"wall s": SMALL["wall s"], "CPU us a file": SMALL["CPU us a file"]})["penstock"]
    requests = (count() - before) / bench.options.runs
    bench.judge(f"nothing to do, {where}: seconds", f"< {NOTHING_SECONDS}", f"{figures['wall']:.3f}",
                figures["wall"] < NOTHING_SECONDS)
    pages = FILES // LIST_PAGE + 3
    bench.judge(f"nothing to do, {where}: requests", f"<= {pages}", f"{requests:.0f}", requests <= pages,
                f"lists of {LIST_PAGE:,} keys, none per file")


def large_columns(size):
    return {"wall s": lambda f: f"{f['wall']:.2f}", "CPU s": lambda f: f"{f['cpu']:.2f}",
            "MB/s": lambda f: f"{size / f['wall'] / 1e6:,.0f}", "peak MiB": lambda f: f"{f['peak'] / (1 << 20):,.1f}"}


def big_up(bench, size):
    make_noise(bench.out / "big", size)

    def turn(make_command):
        bench.forget()
        with Sink("--remember") as sink:
            return bench.run(make_command(sink), sink)

    ours, peer = bench.turns(f"{size >> 20} MiB in parts to the sink", {
        "penstock": lambda: turn(lambda sink: bench.push("big", more="--part-size 8M")),
        "aws s3 cp": lambda: turn(lambda sink: aws(sink, "s3 cp big s3://bench/aws/big --only-show-errors")),
    }, large_columns(size)).values()
    (bench.out / "big").unlink()
    gain, share = speed(ours) / speed(peer), ours["cpu"] / peer["cpu"]
    faster, cheaper = gain >= UP_OF_AWS, share <= CPU_OF_AWS
    which = "both" if faster and cheaper else "speed" if faster else "CPU" if cheaper else "neither"
    bench.judge("large file up: times aws s3 cp, or its CPU", f">= {UP_OF_AWS} or <= {CPU_OF_AWS:.2f}",
                f"{gain:.2f}, {share:.2f}", faster or cheaper, f"{which} holds")


def big_down(bench, size):
    def turn(make_command):
        bench.forget()
        with Sink("--object", f"bench/down/big={size}") as sink:
            return bench.run(make_command(sink), sink)

    ours, peer = bench.turns(f"{size >> 20} MiB from the sink", {
        "penstock": lambda: turn(lambda sink: f"{PENSTOCK} pull s3://bench/down into --quiet"),
        "aws s3 cp": lambda: turn(lambda sink: aws(sink, "s3 cp s3://bench/down/big into/big --only-show-errors")),
    }, large_columns(size)).values()
    bench.forget()
    bench.at_least("large file down: times aws s3 cp", DOWN_OF_AWS, speed(ours) / speed(peer))
    bench.at_most("large file down: share of the CPU of aws s3 cp", CPU_OF_AWS, ours["cpu"] / peer["cpu"])


def make_links(out, count):
    """Many files that cost no more than their names."""
    (out / "many").mkdir()
    (out / "many/content").write_bytes(b"a small file")
    for directory in range(count // 1000):
        (out / f"many/d{directory:04}").mkdir()
        for number in range(1000):
            os.link(out / "many/content", out / f"many/d{directory:04}/f{number:03}")


def peaks(bench):
    """The memory of a push depends neither on how many files there are nor on how large they are."""
    cases = {"10 files": "src/d000/f0?"}
    sparse = SPARSE_BYTES if not bench.options.quick else SPARSE_BYTES // 25
    with open(bench.out / "sparse", "wb") as file:
        file.truncate(sparse)
    cases[f"{sparse >> 30} GiB sparse"] = "sparse"
    if bench.options.quick:
        say(f"NOT MEASURED with --quick: the memory for {MANY_FILES:,} files, and for {SPARSE_BYTES >> 30} GiB")
    else:
        make_links(bench.out, MANY_FILES)
        cases[f"{MANY_FILES:,} files"] = "many"
    rows = []
    for name, source in cases.items():
        say(f"peak memory: {name}")
        bench.forget()
        with Sink() as sink:
            figures = bench.run(bench.push(source, more="--workers auto"), sink)
        bench.result.setdefault("peaks", {})[name] = figures
        rows.append([name, f"{figures['peak'] / (1 << 20):,.1f}", f"{figures['wall']:,.1f}", f"{figures['cpu']:,.1f}"])
        bench.judge(f"peak memory, {name}", f"<= {PEAK_BYTES >> 20} MiB", f"{figures['peak'] / (1 << 20):,.1f} MiB",
                    figures["peak"] <= PEAK_BYTES)
    print("\n## Peak memory of push --workers auto")
    table(["", "peak MiB", "wall s", "CPU s"], rows)


def busy_server(bench):
    """A server that refuses all requests beyond two at a time, for real."""
    bench.forget()
    with Rgw("rgw max concurrent requests = 2") as rgw:
        figures, report = bench.report(bench.push(f"src/d00[0-{BUSY_FILES // 100 - 1}]"), rgw)
    bench.result["busy_server"] = {**figures, "report": report}
    bench.judge("RGW that takes 2 requests at a time: all files arrive", f"{BUSY_FILES:,}", f"{report['files']:,}",
                report["files"] == BUSY_FILES)
    bench.at_most("RGW that takes 2 requests at a time: share of requests repeated", BUSY_EXTRA,
                  report["retried"] / BUSY_FILES)


def run(_, options, result):
    machine = result["machine"]
    machine["peers"] = {name: output_of("dpkg-query", "-W", "-f", "${Version}", name)
                        for name in ("rclone", "restic", "awscli", "radosgw")}
    print("# penstock, transfer: push and pull beside their peers")
    print(f"\n{machine['cpu']}, {machine['cores']} cores; " +
          ", ".join(f"{name} {version}" for name, version in machine["peers"].items()) + ".")
    big = BIG_BYTES if not options.quick else BIG_BYTES // 4
    with scratch() as out:
        bench = Bench(out, options, result)
        say("making files")
        make_files(out, FILES)
        small_to_sink(bench)
        with Sink("--remember") as sink:
            nothing_to_do(bench, "sink", sink, lambda: sum(sink.requests().values()))
        with Rgw() as rgw:
            small_to_rgw(bench, rgw)
            nothing_to_do(bench, "RGW", rgw, lambda: rgw.counters()["requests"])
        busy_server(bench)
        big_up(bench, big)
        big_down(bench, big)
        peaks(bench)
    print_verdicts(result)
