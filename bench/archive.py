"""Packing, unpacking and listing AES ZIPs: penstock beside 7-Zip, bsdtar and tar | zstd | age."""
import json
import shlex
import shutil
import subprocess
import sys

from measure import (PENSTOCK, RELEASE, ROOT, measure, print_verdicts, say, scratch, table, take_turns,
                     tree_bytes, verdict, warm)

# What pack must reach against 7zz -mx1, by set: (at most this much of its size, at least this much
# faster). The second of src and big is the one at 7-Zip's own size.
PACK_ASKED = {"src": [(1.10, 5.0), (1.00, 3.3)], "big": [(1.10, 10.0), (1.00, 2.6)], "media": [(1.10, 8.0)]}
UNPACK_ASKED = {"src": 6.0, "big": 3.0}
LIST_ENTRIES, LIST_SECONDS = 70_000, 0.2
PEAK_BYTES = 64 << 20
KERNEL_SHARE = 0.60
MANY_ENTRIES = 1_000_000
# Of the codecs only the mixed input, and not the slowest levels: minutes for little. Huffman is bench/codec.py's.
KERNELS = "-(^huffman_|/text|/binary|/noise|_errors|/(8|9|19)$)"
KERNEL_STAGES = ("derive keys", "compress", "encrypt")
SIZES = (1.10, 1.00)
ONCE = ("bsdtar",)


def has_avx512(result):
    return "avx512bw" in result["machine"]["units"]


class Peers:
    """The command lines of everybody, for one set of the corpus."""

    def __init__(self, corpus, name, out):
        self.corpus, self.name, self.out = corpus, name, out
        self.key = out / "age.key"
        if not self.key.exists():
            subprocess.run(["age-keygen", "-o", self.key], check=True, capture_output=True)
        self.recipient = next(line.split()[-1] for line in self.key.read_text().splitlines()
                              if "public key" in line)
        self.password = out / "password"
        self.password.write_text("secret")
        self.password.chmod(0o600)

    def pack(self, who, level=None):
        """The command that makes, and the file it makes."""
        file = self.out / f"{who}{level or ''}.zip"
        quoted = shlex.quote(str(file))
        return {
            "7zz": f"7zz a -snl -tzip -mem=AES256 -mx1 -psecret -bso0 -bsp0 {quoted} {self.name}",
            "bsdtar": f"bsdtar -cf {quoted} --format zip --options "
                      f"zip:encryption=aes256,zip:compression-level=1 --passphrase secret {self.name}",
            "tar+zstd+age": f"tar -cf - {self.name} | zstd -q -1 -T0 | age -r {self.recipient} > {quoted}",
            "penstock": f"{PENSTOCK} pack {self.name} -o {quoted} --quiet --password-file {self.password} "
                        f"--level {level}",
        }[who], file

    def unpack(self, who, file, into):
        # -snld20: plain -snld refuses links to links, of which media has many.
        return {
            "7zz": f"7zz x -snld20 -psecret -bso0 -bsp0 -o{into} {file}",
            "bsdtar": f"mkdir {into} && bsdtar -xf {file} --passphrase secret -C {into}",
            "tar+zstd+age": f"mkdir {into} && age -d -i {self.key} {file} | zstd -q -d | tar -xf - -C {into}",
            "penstock": f"{PENSTOCK} unpack {file} -C {into} --quiet --password-file {self.password}",
        }[who]

    def measure_pack(self, who, level=None, env=None):
        command, file = self.pack(who, level)
        file.unlink(missing_ok=True)
        found = measure(command, self.corpus, env)
        found["size"] = file.stat().st_size
        return found

    def measure_unpack(self, who, file, env=None):
        into = self.out / "tree"
        shutil.rmtree(into, ignore_errors=True)
        return measure(self.unpack(who, file, into), self.corpus, env)


def kernels(result):
    """The rooms' micro-benchmarks, as Google Benchmark tells them."""
    found = {}
    for binary in sorted(RELEASE.glob("src/*/*_bench")):
        say(f"kernels: {binary.name}")
        done = subprocess.run([binary, "--benchmark_format=json", "--benchmark_min_time=0.1", f"--benchmark_filter={KERNELS}"],
                              capture_output=True, check=True)
        found[binary.name] = [
            {key: b[key] for key in ("name", "real_time", "time_unit", "bytes_per_second", "items_per_second")
             if key in b} for b in json.loads(done.stdout)["benchmarks"]]
    result["kernels"] = found
    print("\n## Kernels, one core")
    table(["kernel", "MB/s", "us", "items/s"],
          [[b["name"], f"{b['bytes_per_second'] / 1e6:,.0f}" if "bytes_per_second" in b else "",
            f"{b['real_time'] * {'ns': 1e-3, 'us': 1, 'ms': 1e3}[b['time_unit']]:,.1f}",
            f"{b['items_per_second']:,.0f}" if "items_per_second" in b else ""]
           for benchmarks in found.values() for b in benchmarks])


def fitting_levels(peers, limit_bytes):
    """The fastest level that keeps to each of SIZES, and every level's size on the way."""
    chosen, sizes = {}, {}
    for level in range(1, 10):
        sizes[level] = peers.measure_pack("penstock", level)["size"]
        say(f"level {level}: {sizes[level] / limit_bytes:.3f} of 7zz's size")
        for share in SIZES:
            if share not in chosen and sizes[level] <= share * limit_bytes:
                chosen[share] = level
        if len(chosen) == len(SIZES):
            break
    return chosen, sizes


def bench_pack(peers, options, result):
    """One set packed by everybody: contender -> figures."""
    reference = peers.measure_pack("7zz")["size"]
    levels, sizes = fitting_levels(peers, reference)
    contenders, files = {}, {}

    def add(label, who, level=None, env=None):
        contenders[label] = lambda: peers.measure_pack(who, level, env)
        files[label] = peers.pack(who, level)[1]

    for who in ("7zz", "bsdtar", "tar+zstd+age"):
        add(who, who)
    for level in sorted(set(levels.values())):
        add(f"penstock -{level}", "penstock", level)
        if has_avx512(result):
            add(f"penstock -{level} (AVX2)", "penstock", level, {"PENSTOCK_CPU": "avx2"})
    figures = take_turns(contenders, options.runs, ONCE)
    for label, found in figures.items():
        found["size"] = files[label].stat().st_size
    return {"levels": {str(share): level for share, level in levels.items()}, "level_sizes": sizes,
            "contenders": figures}


def bench_unpack(peers, packed, options, result):
    """penstock's archive unpacked by everybody who can, and 7-Zip's by penstock."""
    level = packed["levels"]["1.1"]
    ours = peers.pack("penstock", level)[1]
    theirs = peers.pack("7zz")[1]
    piped = peers.pack("tar+zstd+age")[1]
    contenders = {
        "7zz": lambda: peers.measure_unpack("7zz", ours),
        "bsdtar": lambda: peers.measure_unpack("bsdtar", ours),
        "tar+zstd+age (its own)": lambda: peers.measure_unpack("tar+zstd+age", piped),
        "penstock": lambda: peers.measure_unpack("penstock", ours),
        "penstock (7zz's archive)": lambda: peers.measure_unpack("penstock", theirs),
    }
    if has_avx512(result):
        contenders["penstock (AVX2)"] = lambda: peers.measure_unpack("penstock", ours, {"PENSTOCK_CPU": "avx2"})
    for file in (ours, theirs):
        peers.measure_unpack("penstock", file)
        subprocess.run([sys.executable, ROOT / "tests/cli/tree.py", "same", peers.corpus / peers.name,
                        peers.out / "tree" / peers.name, "--no-modes"], check=True)
    figures = take_turns(contenders, options.runs, ONCE)
    verify = f"{PENSTOCK} verify {ours} --quiet --password-file {peers.password}"
    test = f"7zz t -psecret -bso0 -bsp0 {ours}"
    figures |= take_turns({"7zz t": lambda: measure(test, peers.corpus),
                           "penstock verify": lambda: measure(verify, peers.corpus)}, options.runs)
    return figures


def mebibytes(count):
    return f"{count / (1 << 20):,.1f}"


def print_set(name, found):
    size = found["bytes"]
    print(f"\n## {name}: {found['files']:,} files, {mebibytes(size)} MiB")
    reference = found["pack"]["contenders"]["7zz"]
    table(["pack", "wall s", "CPU s", "MB/s", "times 7zz", "out/in", "of 7zz's size", "peak MiB"],
          [[label, f"{f['wall']:.2f}", f"{f['cpu']:.2f}", f"{size / f['wall'] / 1e6:,.0f}",
            f"{reference['wall'] / f['wall']:.2f}", f"{f['size'] / size:.4f}",
            f"{f['size'] / reference['size']:.3f}", mebibytes(f["peak"])]
           for label, f in found["pack"]["contenders"].items()])
    reference = found["unpack"]["7zz"]
    table(["unpack", "wall s", "CPU s", "MB/s", "times 7zz", "peak MiB"],
          [[label, f"{f['wall']:.2f}", f"{f['cpu']:.2f}", f"{size / f['wall'] / 1e6:,.0f}",
            f"{reference['wall'] / f['wall']:.2f}", mebibytes(f["peak"])]
           for label, f in found["unpack"].items()])


def judge_pack(result, name, packed):
    figures = packed["contenders"]
    reference = figures["7zz"]
    for share, times in PACK_ASKED.get(name, []):
        level = packed["levels"].get(str(share))
        label = f"penstock -{level}"
        claim = f"pack {name}, at most {share:.2f} of 7zz's size: times its speed"
        if label not in figures:
            verdict(result, claim, f"{times:.1f}", "no level is that small", False)
            continue
        speed = reference["wall"] / figures[label]["wall"]
        forced = figures.get(f"{label} (AVX2)")
        note = f"level {level}, size {figures[label]['size'] / reference['size']:.3f}"
        if forced:
            note += f", with AVX2 {reference['wall'] / forced['wall']:.2f}"
        verdict(result, claim, f"{times:.1f}", f"{speed:.2f}", speed >= times, note)
    fastest = min(f["wall"] for label, f in figures.items() if label.startswith("penstock") and "AVX2" not in label)
    speed = figures["tar+zstd+age"]["wall"] / fastest
    verdict(result, f"pack {name}: times the speed of tar+zstd+age", "1.0", f"{speed:.2f}", speed > 1)


def judge_set(result, name, found):
    judge_pack(result, name, found["pack"])
    if name in UNPACK_ASKED:
        speed = found["unpack"]["7zz"]["wall"] / found["unpack"]["penstock"]["wall"]
        forced = found["unpack"].get("penstock (AVX2)")
        note = f"with AVX2 {found['unpack']['7zz']['wall'] / forced['wall']:.2f}" if forced else ""
        verdict(result, f"unpack {name}: times the speed of 7zz", f"{UNPACK_ASKED[name]:.1f}", f"{speed:.2f}",
                speed >= UNPACK_ASKED[name], note)
    peak = max(f["peak"] for part in (found["pack"]["contenders"], found["unpack"])
               for label, f in part.items() if label.startswith("penstock"))
    judge_peak(result, name, peak)


def judge_peak(result, what, peak):
    verdict(result, f"peak memory, {what}", "64 MiB", f"{mebibytes(peak)} MiB", peak <= PEAK_BYTES)


def bench_set(corpus, name, options, result):
    say(f"{name}: reading it once")
    warm(corpus / name)
    files, size = tree_bytes(corpus / name)
    with scratch() as out:
        peers = Peers(corpus, name, out)
        packed = bench_pack(peers, options, result)
        found = {"files": files, "bytes": size, "pack": packed,
                 "unpack": bench_unpack(peers, packed, options, result)}
        if name == "src":
            bench_stages(peers, packed["levels"]["1.1"], result)
    result.setdefault("sets", {})[name] = found
    print_set(name, found)
    judge_set(result, name, found)


def bench_stages(peers, level, result):
    """Where the time goes on small files, by --stats."""
    command, file = peers.pack("penstock", level)
    file.unlink(missing_ok=True)
    done = subprocess.run(["bash", "-c", f"{command} --json --stats"], cwd=peers.corpus, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    report = json.loads(done.stdout)
    result["stages"] = report
    print(f"\n## Stages, src, level {level}: {report['elapsed_s']:.2f} s, {report['cpu_s']:.2f} s of CPU")
    table(["stage", "items", "MB", "CPU s", "waiting s", "of CPU"],
          [[s["name"], f"{s['items']:,}", f"{s['bytes'] / 1e6:,.1f}", f"{s['cpu_s']:.2f}", f"{s['waiting_s']:.2f}",
            f"{s['cpu_s'] / report['cpu_s']:.1%}"] for s in report["stages"]])
    total = sum(s["cpu_s"] for s in report["stages"])
    share = sum(s["cpu_s"] for s in report["stages"] if s["name"] in KERNEL_STAGES) / report["cpu_s"]
    verdict(result, "stages of src add up to the CPU used", "90-101 %", f"{total / report['cpu_s']:.1%}",
            0.90 <= total / report["cpu_s"] <= 1.01)
    verdict(result, "kernels' share of the CPU, src", f"{KERNEL_SHARE:.0%}", f"{share:.1%}", share >= KERNEL_SHARE,
            ", ".join(KERNEL_STAGES))


def make_many(directory, count):
    """`count` small files in directories of a thousand."""
    for number in range(count):
        if number % 1000 == 0:
            inside = directory / f"d{number // 1000:04d}"
            inside.mkdir(parents=True)
        with open(inside / f"f{number:07d}", "wb") as file:
            file.write(b"%d" % number)


def bench_list(result):
    with scratch() as out:
        make_many(out / "many", LIST_ENTRIES - 71)  # with 70 directories and the one above
        subprocess.run([PENSTOCK, "pack", "many", "-o", "many.zip", "--quiet"], cwd=out, check=True)
        contenders = {"penstock list": f"{PENSTOCK} list many.zip", "7zz l": "7zz l many.zip",
                      "unzip -l": "unzip -l many.zip", "bsdtar -tv": "bsdtar -tvf many.zip"}
        contenders = {name: command for name, command in contenders.items() if shutil.which(name.split()[0])
                      or name.startswith("penstock")}
        figures = take_turns({name: lambda c=command: measure(c, out) for name, command in contenders.items()}, 5)
    result["list"] = figures
    print(f"\n## Listing {LIST_ENTRIES:,} entries")
    table(["list", "wall s", "peak MiB"],
          [[name, f"{f['wall']:.3f}", mebibytes(f["peak"])] for name, f in figures.items()])
    wall = figures["penstock list"]["wall"]
    verdict(result, f"list of {LIST_ENTRIES:,} entries", f"{LIST_SECONDS} s", f"{wall:.3f} s", wall < LIST_SECONDS)


def bench_many(result):
    """Memory with a million entries."""
    with scratch() as out:
        say(f"making {MANY_ENTRIES:,} files")
        make_many(out / "many", MANY_ENTRIES)
        (out / "password").write_text("secret")
        (out / "password").chmod(0o600)
        secret = "--quiet --password-file password"
        figures = {}
        for name, command in {"pack": f"pack many -o many.zip {secret}", "list": "list many.zip",
                              "verify": f"verify many.zip {secret}", "unpack": f"unpack many.zip -C back {secret}"}.items():
            say(f"{MANY_ENTRIES:,} entries: {name}")
            figures[name] = measure(f"{PENSTOCK} {command}", out)
    result["many"] = figures
    print(f"\n## {MANY_ENTRIES:,} small files, AES-256")
    table(["command", "wall s", "CPU s", "peak MiB"],
          [[name, f"{f['wall']:.1f}", f"{f['cpu']:.1f}", mebibytes(f["peak"])] for name, f in figures.items()])
    judge_peak(result, f"{MANY_ENTRIES:,} entries", max(f["peak"] for f in figures.values()))


def run(corpus, options, result):
    print("# penstock, archives: measured beside the peers")
    print(f"\n{result['machine']['cpu']}, {result['machine']['cores']} cores "
          f"({', '.join(result['machine']['units'])}), {result['machine']['7zz']}, "
          f"{result['machine']['bsdtar']}; medians of {options.runs} ({', '.join(ONCE)}: one run).")
    if not options.skip_kernels:
        kernels(result)
    for name in options.sets:
        bench_set(corpus, name, options, result)
    bench_list(result)
    if not options.quick:
        bench_many(result)
    print_verdicts(result)
