"""What the pipeline is worth: a plain serial loop, then one, two and all cores, with the same kernels.

`--threads 1` is one worker; reading and writing have threads of their own. So one core is measured with the whole
program bound to it."""
from measure import PENSTOCK, RELEASE, measure, print_verdicts, scratch, table, take_turns, tree_bytes, verdict, warm

LEVEL = 1
TWO_CORES = 1.75
ONE_CORE = "--threads 1, one core"


def run(corpus, options, result):
    print("# penstock, pipeline: the same kernels, serial and in parallel")
    cores = result["machine"]["cores"]
    for name in [s for s in options.sets if s in ("src", "big")]:
        warm(corpus / name)
        files, size = tree_bytes(corpus / name)
        with scratch() as out:
            (out / "password").write_text("secret")
            (out / "password").chmod(0o600)
            contenders = {"serial loop": lambda o=out, n=name: measure(
                f"{RELEASE}/bench/serial_pack {n} {o}/out.zip {LEVEL}", corpus)}
            command = (f"{PENSTOCK} pack {name} -o {out}/out.zip --force --quiet --level {LEVEL} "
                       f"--password-file {out}/password --threads ")
            contenders[ONE_CORE] = lambda c=f"taskset -c 0 {command} 1": measure(c, corpus)
            for threads in sorted({1, 2, cores}):
                contenders[f"--threads {threads}"] = lambda c=f"{command} {threads}": measure(c, corpus)
            figures = take_turns(contenders, options.runs)
        result.setdefault("sets", {})[name] = {"files": files, "bytes": size, "contenders": figures}
        print(f"\n## {name}: {files:,} files, AES-256, level {LEVEL}")
        serial = figures["serial loop"]["wall"]
        table(["", "wall s", "CPU s", "MB/s", "times serial"],
              [[label, f"{f['wall']:.2f}", f"{f['cpu']:.2f}", f"{size / f['wall'] / 1e6:,.0f}",
                f"{serial / f['wall']:.2f}"] for label, f in figures.items()])
        if cores >= 2:
            gain = figures[ONE_CORE]["wall"] / figures["--threads 2"]["wall"]
            verdict(result, f"{name}: two cores against one", f"{TWO_CORES}", f"{gain:.2f}", gain >= TWO_CORES,
                    f"against the serial loop {serial / figures['--threads 2']['wall']:.2f}")
    print_verdicts(result)
