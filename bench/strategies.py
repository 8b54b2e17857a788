"""How many requests at a time: the strategies of push against a simulated store (sim://).

On a virtual clock a request takes two seconds and costs nothing; that shows the strategies. On the real one it takes
20 ms; that shows what they cost."""
import json
import re
import shlex

from measure import PENSTOCK, measure, print_verdicts, scratch, table, take_turns, verdict

FILES = 1000
STRATEGIES = {**{f"{n}": f"--workers {n}" for n in (1, 5, 10, 20, 50)}, "unlimited": "--workers unlimited",
              "rate": "--workers unlimited --rate 100/s", "auto": "--workers auto"}
SPEED_UPS = {"10": 9.5, "50": 40.0}
MANY, REQUEST_BYTES, PEAK_BYTES = 5000, 16 << 10, 48 << 20
# Files of such a size that a network carries 500 of them a second.
NETWORKS = {f"{latency}, {name}": (latency, bandwidth, size) for latency in ("1ms", "80ms")
            for name, bandwidth, size in (("10 MB/s", 10_000_000, 20_000), ("1 GB/s", 1_000_000_000, 2_000_000))}
FIXED = (1, 4, 16, 64, 256)
# What the best fixed number does in so many seconds is what auto has to find its own in; then it is measured.
LEARN_SECONDS, MEASURE_SECONDS, FILES_PER_SECOND = 8, 16, 500
AUTO_SHARE, AUTO_WITHIN = 0.9, 10.0


def make_files(directory, count, size):
    directory.mkdir(parents=True)
    for number in range(count):
        with open(directory / f"f{number:05}", "wb") as file:
            file.truncate(size)


def push(out, sources, url, strategy):
    """The figures, with the seconds on the store's clock as `elapsed`."""
    figures = measure(f"{PENSTOCK} push {sources} {shlex.quote(url)} --quiet --json {strategy} > report.json", out,
                      {"HOME": str(out), "XDG_STATE_HOME": str(out / "state")})
    report = json.loads((out / "report.json").read_text(encoding="utf-8").splitlines()[-1])
    if report["failed"]:
        raise SystemExit(f"bench: {report['failed']} files failed: {url} {strategy}")
    return {**figures, "elapsed": report["elapsed_s"]}


def judge_speed_ups(result, clock, seconds):
    for name, asked in SPEED_UPS.items():
        gain = seconds["1"] / seconds[name]
        verdict(result, f"{name} workers against one, {clock}", f">= {asked}", f"{gain:.1f}", gain >= asked)


def virtual_clock(out, result):
    found = {name: push(out, "src", "sim://?latency=2s&clock=virtual", strategy)
             for name, strategy in STRATEGIES.items()}
    result["virtual"] = found
    print(f"\n## {FILES:,} files, 2 s each, virtual clock")
    table(["workers", "simulated s", "real s", "CPU s", "speed-up"],
          [[name, f"{f['elapsed']:,.1f}", f"{f['wall']:.2f}", f"{f['cpu']:.2f}",
            f"{found['1']['elapsed'] / f['elapsed']:.1f}"] for name, f in found.items()])
    judge_speed_ups(result, "2 s, virtual", {name: f["elapsed"] for name, f in found.items()})


def real_clock(out, options, result):
    figures = take_turns({name: lambda s=strategy: push(out, "src", "sim://?latency=20ms", s)
                          for name, strategy in STRATEGIES.items()}, options.runs, once=("1", "5", "rate"))
    result["real"] = figures
    print(f"\n## {FILES:,} files, 20 ms each, real clock")
    table(["workers", "wall s", "CPU share", "speed-up"],
          [[name, f"{f['wall']:.2f}", f"{f['cpu'] / f['wall']:.0%}", f"{figures['1']['wall'] / f['wall']:.1f}"]
           for name, f in figures.items()])
    judge_speed_ups(result, "20 ms, real", {name: f["wall"] for name, f in figures.items()})


def many_in_flight(out, result):
    """All at once, because the first answer comes when the last request has long begun."""
    make_files(out / "many", MANY, 16)
    figures = push(out, "many", "sim://?latency=10s", "--workers unlimited --stats 2> stats")
    peak = int(re.search(r"requests in flight: ([\d,]+) at most", (out / "stats").read_text(encoding="utf-8"))
               .group(1).replace(",", ""))
    most = PEAK_BYTES + MANY * REQUEST_BYTES
    result["in_flight"] = {**figures, "requests": peak}
    verdict(result, "requests in flight", f">= {MANY:,}", f"{peak:,}", peak >= MANY)
    verdict(result, f"{MANY:,} requests in flight: peak memory", f"<= {most >> 20} MiB",
            f"{figures['peak'] / (1 << 20):,.1f} MiB", figures["peak"] <= most,
            f"{max(0, figures['peak'] - PEAK_BYTES) / MANY / 1024:.1f} KiB each above {PEAK_BYTES >> 20} MiB")


def auto_on(out, name, network, result):
    """The speed of `auto` once it has learnt, beside that of the best fixed number of workers."""
    latency, bandwidth, size = network
    url = f"sim://?latency={latency}&bandwidth={bandwidth}&clock=virtual"
    make_files(out / "learn", LEARN_SECONDS * FILES_PER_SECOND, size)
    make_files(out / "then", MEASURE_SECONDS * FILES_PER_SECOND, size)
    learn, then = LEARN_SECONDS * FILES_PER_SECOND * size, MEASURE_SECONDS * FILES_PER_SECOND * size
    fixed = {n: learn / push(out, "learn", url, f"--workers {n}")["elapsed"] for n in FIXED}
    learnt = push(out, "learn", url, "--workers auto")["elapsed"]
    whole = push(out, "learn then", url, "--workers auto")["elapsed"]
    best = max(fixed, key=fixed.get)
    found = {"fixed": fixed, "best": best, "learnt_s": learnt, "auto": then / (whole - learnt)}
    result.setdefault("networks", {})[name] = found
    share = found["auto"] / fixed[best]
    verdict(result, f"auto on {name}: share of the best fixed number's speed", f">= {AUTO_SHARE}", f"{share:.2f}",
            share >= AUTO_SHARE and learnt <= AUTO_WITHIN,
            f"after {learnt:.1f} s, asked within {AUTO_WITHIN:.0f} s; best: {best} workers")
    return [name, *(f"{speed / 1e6:,.1f}" for speed in fixed.values()), f"{found['auto'] / 1e6:,.1f}", f"{share:.2f}"]


def auto_on_networks(result):
    rows = []
    for name, network in NETWORKS.items():
        with scratch() as out:
            rows.append(auto_on(out, name, network, result))
    print("\n## auto beside fixed numbers of workers, MB/s on the virtual clock")
    table(["network", *(f"{n}" for n in FIXED), "auto", "of the best"], rows)


def run(_, options, result):
    print("# penstock, strategies: how many requests at a time")
    with scratch() as out:
        make_files(out / "src", FILES, 1024)
        virtual_clock(out, result)
        real_clock(out, options, result)
        many_in_flight(out, result)
    auto_on_networks(result)
    print_verdicts(result)
