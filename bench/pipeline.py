"""What the pipeline is worth: a plain serial loop, then one, two and all cores, with the same kernels."""
from measure import PENSTOCK, RELEASE, measure, print_verdicts, scratch, table, take_turns, tree_bytes, verdict, warm

LEVEL = 1
TWO_CORES = 1.75


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
            for threads in sorted({1, 2, cores}):
                command = (f"{PENSTOCK} pack {name} -o {out}/out.zip --force --quiet --level {LEVEL} "
                           f"--password-file {out}/password --threads {threads}")
                contenders[f"--threads {threads}"] = lambda c=command: measure(c, corpus)
            figures = take_turns(contenders, options.runs)
        result.setdefault("sets", {})[name] = {"files": files, "bytes": size, "contenders": figures}
        print(f"\n## {name}: {files:,} files, AES-256, level {LEVEL}")
        serial = figures["serial loop"]["wall"]
        table(["", "wall s", "CPU s", "MB/s", "times serial"],
              [[label, f"{f['wall']:.2f}", f"{f['cpu']:.2f}", f"{size / f['wall'] / 1e6:,.0f}",
                f"{serial / f['wall']:.2f}"] for label, f in figures.items()])
        if cores >= 2:
            gain = figures["--threads 1"]["wall"] / figures["--threads 2"]["wall"]
            verdict(result, f"{name}: two threads against one", f"{TWO_CORES}", f"{gain:.2f}", gain >= TWO_CORES)
            gain = serial / figures["--threads 2"]["wall"]
            verdict(result, f"{name}: two threads against the serial loop", f"{TWO_CORES}", f"{gain:.2f}",
                    gain >= TWO_CORES)
    print_verdicts(result)
