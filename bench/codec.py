"""The Huffman codec beside huff0, libdeflate, zlib and ISA-L in one process (codec_bench), then compress and
decompress beside zstd and gzip.

The kernels run on one core, repeated in random order; their figures are medians of bytes per second of CPU time,
so that their ratios hold on a busy machine too. Those of the commands are wall time: they want a quiet one."""
import json
import os
import re
import statistics
import subprocess

import codec_data
from measure import (PENSTOCK, RELEASE, measure, print_verdicts, say, scratch, table, take_turns, verdict)

MADE_UP = ("weights", "exponents", "geometric")
ENCODERS = {"avx512": "AVX-512", "avx2": "AVX2", "portable": "portable"}
DECODERS = {"bmi2": "BMI2", "portable": "portable"}
# What each vector path must reach when encoding: (times huff0, times zlib).
ENCODE_ASKED = {"avx512": (1.4, 10.0), "avx2": (1.0, 6.0), "portable": (0.7, None)}
DECODE_HUFF0, DECODE_HUFF0_MEAN, DECODE_LIBDEFLATE, DECODE_ZLIB = 1.0, 1.2, 3.0, 7.0
SIZE_OVER_HUFF0, INDEX_SHARE, OVER_STORED = 0.002, 0.0005, 0.0005
WEIGHTS_ZSTD, WEIGHTS_RATIO = 2.0, 0.01
TWO_CORES = 1.75
PEAK_BYTES = 64 << 20
# What a command line writes, all of it here.
OUTPUT = re.compile(r"(?:-o|>) (?!/dev/)(\S+)")
KERNELS = "^huffman_(encode|decode|sizes|assembly)"


def kernels(corpus, options):
    """name -> {"mb_s": ..., counters} of all benchmarks, medians of the repetitions."""
    with scratch() as out:
        for name in codec_data.PARTS:
            codec_data.make_part(corpus, name, out / name)
        codec_data.make_noise(out / "noise")
        say("kernels: codec_bench")
        repetitions = 3 if options.quick else max(9, options.runs)
        done = subprocess.run(
            ["taskset", "-c", str(min(os.sched_getaffinity(0))), RELEASE / "src/codec/codec_bench",
             f"--benchmark_filter={KERNELS}", "--benchmark_format=json", "--benchmark_min_time=0.05",
             "--benchmark_enable_random_interleaving=true", f"--benchmark_repetitions={repetitions}"],
            env={**os.environ,
                 "PENSTOCK_BENCH_HUFFMAN": ":".join(str(out / name) for name in (*codec_data.PARTS, "noise"))},
            stdout=subprocess.PIPE, check=True)
    return medians(json.loads(done.stdout)["benchmarks"])


def medians(benchmarks):
    runs = {}
    for found in benchmarks:
        if found.get("run_type") == "aggregate":
            continue
        if found.get("error_occurred"):
            raise SystemExit(f"bench: {found['name']}: {found['error_message']}")
        runs.setdefault(found["run_name"].removesuffix("/iterations:1"), []).append(found)
    told = {}
    for name, repeated in runs.items():
        counters = [key for key, value in repeated[0].items() if isinstance(value, float)]
        told[name] = {key: statistics.median(run[key] for run in repeated) for key in counters}
        if "bytes_per_second" in told[name]:
            told[name]["mb_s"] = told[name].pop("bytes_per_second") / 1e6
    return told


def speed(found, *name):
    return found.get("/".join(name), {}).get("mb_s")


def times(a, b):
    return f"{a / b:.2f}" if a and b else "-"


def judge_decode(result, found, sets):
    ratios = []
    for name in sets:
        ours, huff0 = speed(found, "huffman_decode", name, "bmi2"), speed(found, "huffman_decode", name, "huff0")
        ours = ours or speed(found, "huffman_decode", name, "portable")
        ratios.append(ours / huff0)
        for peer, asked in (("huff0", DECODE_HUFF0), ("libdeflate", DECODE_LIBDEFLATE), ("zlib", DECODE_ZLIB)):
            gain = ours / speed(found, "huffman_decode", name, peer)
            verdict(result, f"decode {name}: times {peer}", f"{asked:.1f}", f"{gain:.2f}", gain >= asked)
    mean = statistics.geometric_mean(ratios)
    verdict(result, "decode, geometric mean: times huff0", f"{DECODE_HUFF0_MEAN}", f"{mean:.2f}",
            mean >= DECODE_HUFF0_MEAN, "goal 1.4")


def judge_encode(result, found, sets):
    for path, (of_huff0, of_zlib) in ENCODE_ASKED.items():
        for name in sets:
            ours = speed(found, "huffman_encode", name, path)
            if ours is None:
                continue
            for peer, asked in (("huff0", of_huff0), ("zlib", of_zlib)):
                if asked is None:
                    continue
                gain = ours / speed(found, "huffman_encode", name, peer)
                verdict(result, f"encode {name}, {ENCODERS[path]}: times {peer}", f"{asked:.1f}", f"{gain:.2f}",
                        gain >= asked, "goal 2.0" if (path, peer) == ("avx512", "huff0") else "")


def judge_sizes(result, found, sets):
    for name in (*sets, "noise"):
        size = {key: round(found[f"huffman_sizes/{name}"][key])
                for key in ("data", "blocks", "index", "gzip", "huff0", "stored")}
        over = (size["blocks"] + size["index"]) / size["huff0"] - 1
        verdict(result, f"size {name}: over huff0", f"{SIZE_OVER_HUFF0:.1%}", f"{over:+.3%}", over <= SIZE_OVER_HUFF0,
                f"with index; without {size['blocks'] / size['huff0'] - 1:+.3%}")
        share = size["index"] / size["data"]
        verdict(result, f"index {name}: share of the data", f"{INDEX_SHARE:.2%}", f"{share:.4%}", share <= INDEX_SHARE)
        over = size["gzip"] / size["stored"] - 1
        verdict(result, f"size {name}: .gz over stored", f"{OVER_STORED:.2%}", f"{over:+.3%}", over <= OVER_STORED)


def judge_weights(result, found):
    best = next(path for path in ENCODERS if speed(found, "huffman_encode", "weights", path))
    ours, zstd = (found[f"huffman_encode/weights/{who}"] for who in (best, "zstd-1"))
    gain, ratio = ours["mb_s"] / zstd["mb_s"], ours["ratio"] / zstd["ratio"] - 1
    verdict(result, "gaussian bf16: times zstd -1", f"{WEIGHTS_ZSTD}", f"{gain:.2f}",
            gain >= WEIGHTS_ZSTD and abs(ratio) <= WEIGHTS_RATIO,
            f"ratio {ours['ratio']:.4f}, zstd's {zstd['ratio']:.4f}, asked within {WEIGHTS_RATIO:.0%}")


def print_kernels(found, sets):
    for what, ours, peers in (("encode", ENCODERS, ("huff0", "zlib", "zstd-1")),
                              ("decode", DECODERS, ("huff0", "libdeflate", "zlib", "isal", "zstd-1"))):
        paths = [p for p in ours if speed(found, f"huffman_{what}", sets[0], p)]
        print(f"\n## {what}, one core, MB/s of uncompressed data")
        rows = []
        for name in sets:
            speeds = {who: speed(found, f"huffman_{what}", name, who) for who in (*paths, *peers)}
            rows.append([name, *(f"{s:,.0f}" for s in speeds.values()), times(speeds[paths[0]], speeds["huff0"])])
        table(["set", *(f"ours, {ours[p]}" for p in paths), *peers, "times huff0"], rows)
    print("\n## sizes: data / compressed")
    table(["set", "ours", "ours, .gz", "huff0", "zlib", "zstd -1"],
          [[name, f"{s['data'] / (s['blocks'] + s['index']):.4f}", f"{s['data'] / s['gzip']:.4f}",
            f"{s['data'] / s['huff0']:.4f}", f"{found[f'huffman_encode/{name}/zlib']['ratio']:.4f}",
            f"{found[f'huffman_encode/{name}/zstd-1']['ratio']:.4f}"]
           for name in sets for s in [found[f"huffman_sizes/{name}"]]])


def bench_kernels(corpus, options, result):
    found = kernels(corpus, options)
    sets = [*codec_data.PARTS, *MADE_UP]
    result["kernels"] = found
    print_kernels(found, sets)
    proof = found["huffman_assembly"]
    verdict(result, "huff0's assembly decoder runs", "every block", f"{proof['asm_loops']:.0f} of {proof['blocks']:.0f}",
            proof["asm_loops"] >= proof["blocks"] > 0)
    judge_decode(result, found, sets)
    judge_encode(result, found, sets)
    judge_sizes(result, found, sets)
    judge_weights(result, found)


class Files:
    """The command lines; everything lies in one directory of tmpfs."""

    def __init__(self, out, runs, result):
        self.out, self.result = out, result
        self.runs = runs if runs == 1 else max(5, runs)  # each is short: more of them cost little
        self.bytes = (out / "data").stat().st_size

    def touch_memory(self):
        """The first touch of a page costs a guest several times what later ones do: not whoever comes first."""
        with open(self.out / "touched", "wb") as file:
            for _ in range(3 * self.bytes >> 20):
                file.write(bytes(1 << 20))
        (self.out / "touched").unlink()

    def run_once(self, command):
        """Every contender makes a new file, in the memory that the one before left."""
        for name in OUTPUT.findall(command):
            (self.out / name).unlink(missing_ok=True)
        return measure(command, self.out)

    def turns(self, title, commands):
        """Runs the commands in turns; prints and keeps the figures."""
        figures = take_turns({name: lambda c=command: self.run_once(c) for name, command in commands.items()},
                             self.runs)
        for name, command in commands.items():
            for written in OUTPUT.findall(command):
                figures[name]["out"] = self.size(written)
        self.result.setdefault("files", {})[title] = figures
        print(f"\n## {title}")
        table(["", "wall s", "CPU s", "MB/s", "out/in", "peak MiB"],
              [[name, f"{f['wall']:.2f}", f"{f['cpu']:.2f}", f"{self.bytes / f['wall'] / 1e6:,.0f}",
                f"{f['out'] / self.bytes:.3f}" if "out" in f else "-", f"{f['peak'] / (1 << 20):,.1f}"]
               for name, f in figures.items()])
        for name, found in figures.items():
            if name.startswith("penstock"):
                verdict(self.result, f"peak memory: {title}, {name}", "64 MiB", f"{found['peak'] / (1 << 20):,.1f} MiB",
                        found["peak"] <= PEAK_BYTES)
        return figures

    def judge(self, claim, asked, slow, fast, note=""):
        gain = slow["wall"] / fast["wall"]
        verdict(self.result, claim, f"{asked}", f"{gain:.2f}", gain >= asked, note)

    def size(self, name):
        return (self.out / name).stat().st_size


def two_cores(files, title, command):
    """The whole program on one core, then on two; to a new file, and without the kernel's copy into one, which it
    makes under the file's lock."""
    if len(os.sched_getaffinity(0)) < 2:
        say(f"{title}: there is one core only")
        return
    for where, output in (("to a file", "-o twice"), ("to /dev/null", "-c > /dev/null")):
        figures = files.turns(f"{title}, {where}: one core and two", {
            "penstock, one core": f"taskset -c 0 {command} --threads 1 {output}",
            "penstock, two cores": f"{command} --threads 2 {output}"})
        files.judge(f"{title}, {where}: two cores against one", TWO_CORES, *figures.values())


def bench_compress(files):
    common = f"{PENSTOCK} compress --quiet data"
    for codec, suffix in (("zstd", "zst"), ("gzip", "gz"), ("huffman", "huf.gz")):
        commands = {"penstock": f"{common} --codec {codec} -o ours.{suffix}",
                    "penstock, pipe": f"cat data | {PENSTOCK} compress --quiet --codec {codec} -c - > piped"}
        if codec == "zstd":
            commands["zstd -T0"] = "zstd -q -T0 -3 data -o theirs.zst"
        elif codec == "gzip":
            commands["pigz"] = "pigz -k -c data > theirs.gz"
        figures = files.turns(f"compress --codec {codec}", commands)
        if codec == "zstd":
            files.judge("compress --codec zstd: times zstd -T0", 1.0, figures["zstd -T0"], figures["penstock"])
            over = files.size("ours.zst") / files.size("theirs.zst") - 1
            verdict(files.result, "compress --codec zstd: size over zstd -T0", "1.0%", f"{over:+.2%}", over <= 0.01)
        two_cores(files, f"compress --codec {codec}", f"{common} --codec {codec}")


def bench_decompress(files):
    for what, suffix, peer, to_file, to_null in (("zst", "zst", "zstd", 1.5, 1.7), ("gz", "gz", "gzip", 4.0, 4.0),
                                                 ("huffman .gz", "huf.gz", "gzip", 4.0, 4.0)):
        ours = f"{PENSTOCK} decompress --quiet"
        figures = files.turns(f"decompress .{what}, to a file", {
            "penstock": f"{ours} ours.{suffix} -o back",
            "penstock, pipe": f"cat ours.{suffix} | {ours} -c - > back",
            f"{peer} -d": f"{peer} -d -c ours.{suffix} > theirs" if peer == "gzip"
                          else f"{peer} -q -d ours.{suffix} -o theirs"})
        subprocess.run(["cmp", "data", "back"], cwd=files.out, check=True)
        files.judge(f"decompress our .{what}: times {peer} -d, to a file", to_file, figures[f"{peer} -d"],
                    figures["penstock"])
        nowhere = files.turns(f"decompress .{what}, to /dev/null", {
            "penstock": f"{ours} -c ours.{suffix} > /dev/null",
            f"{peer} -d": f"{peer} -q -d -c ours.{suffix} > /dev/null"})
        files.judge(f"decompress our .{what}: times {peer} -d, to /dev/null", to_null,
                    nowhere[f"{peer} -d"], nowhere["penstock"])
        two_cores(files, f"decompress .{what}", f"{ours} ours.{suffix}")


def bench_weights(options, result):
    """The bf16 claim once more with whole programs on one core."""
    with scratch() as out:
        codec_data.make_weights(out / "data", (16 if options.quick else 128) << 20)
        files = Files(out, options.runs, result)
        figures = files.turns("gaussian bf16, one core", {
            "penstock": f"taskset -c 0 {PENSTOCK} compress --quiet data --codec huffman --threads 1 -o w.gz",
            "zstd -1": "taskset -c 0 zstd -q -1 --single-thread data -o w.zst"})
        ratio = files.size("w.zst") / files.size("w.gz") - 1
        files.judge("gaussian bf16, whole program: times zstd -1", WEIGHTS_ZSTD, figures["zstd -1"], figures["penstock"],
                    f"ratio {ratio:+.2%} beside zstd's")
        subprocess.run("gzip -dc w.gz | cmp - data", shell=True, cwd=out, check=True)
        verdict(result, "gaussian bf16: gzip -dc opens the file", "yes", "yes", True)


def bench_files(corpus, options, result):
    with scratch() as out:
        say("copying the data")
        with open(corpus / "big" / "big.tar", "rb") as big, open(out / "data", "wb") as data:
            for _ in range(128 if options.quick else 512):
                data.write(big.read(1 << 20))
        files = Files(out, options.runs, result)
        files.touch_memory()
        bench_compress(files)
        bench_decompress(files)


def run(corpus, options, result):
    machine = result["machine"]
    print("# penstock, codec: Huffman beside its peers")
    print(f"\n{machine['cpu']}, {machine['cores']} cores ({', '.join(machine['units'])}), zstd {machine['zstd']}.")
    if not options.skip_kernels:
        bench_kernels(corpus, options, result)
    bench_files(corpus, options, result)
    bench_weights(options, result)
    print_verdicts(result)
