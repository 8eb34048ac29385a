"""Writes the measured part of docs/performance.md from docs/performance.json; the rest of the page stays."""

import math
import os

BEGIN = "<!-- make bench: from here to the end mark the page is written by scripts/bench.py -->"
END = "<!-- make bench: end -->"
INTRODUCTION = """cnnc beside four runtimes that people use, on the same networks, in one run. To measure again:

```sh
make bench PYTHON=peers/bin/python CNNC_SHARED=../shared
```

where the Python has the peers. `BENCH_FLAGS="--only two,first"` runs some sections, and keeps the figures of the others."""
ENGINES = ["cnnc", "openvino", "onnxruntime", "ncnn", "torch"]
NAMES = {"cnnc": "cnnc", "openvino": "OpenVINO", "onnxruntime": "ONNX Runtime", "ncnn": "ncnn", "torch": "PyTorch"}


def table(headings, rows):
    """A Markdown table: the first column at the left edge, numbers at the right."""
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return lines + [""]


def number(value, places=2):
    return "–" if value is None else f"{value:.{places}f}"


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def comparison(figures, batch):
    rows, ratios = [], []
    for name, times in figures.items():
        ratio = times.get("ratio")
        if ratio:
            ratios.append(ratio)
        peers = [t for e in ENGINES[1:] if (t := times.get(e))]
        cells = []
        for engine in ENGINES:
            value = times.get(engine)
            cell = number(value)
            cells.append(f"**{cell}**" if engine != "cnnc" and value and value == min(peers) else cell)
        rows.append([f"`{name}`", *cells, number(ratio)])
    unit = "ms" if batch == 1 else f"ms for {batch} images"
    lines = table([unit] + [NAMES[e] for e in ENGINES] + ["cnnc / best peer"], rows)
    if ratios:
        ahead = sum(r < 1 for r in ratios)
        lines.append(
            f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}; cnnc is ahead on {ahead} of"
            f" {len(ratios)}. The fastest peer is in bold.")
        lines.append("")
    return lines


def roofline(results):
    probe = results["probe"][str(results["threads"])]
    peak, bandwidth = probe["peak_gflops"], probe["read_gigabytes_per_second"]
    lines = [
        "## Against the roofline",
        "",
        f"The processor's peak is {peak:.0f} GFLOP/s on {probe['threads']} threads, multiply-adds in registers alone, and"
        f" it reads {bandwidth:.1f} GB/s from memory (`cnnc bench --probe`). Operations are 2 for each multiply-accumulate"
        " of the definition, whatever the algorithm, so that Winograd's can exceed the peak. Every run reads all packed"
        " weights; operations over their bytes are the intensity, and the roof is the peak or what memory lets through"
        " at that intensity, whichever is lower.",
        "",
    ]
    rows = []
    for name, detail in results["detail"].items():
        if not detail:
            continue
        operations = detail["gflops"] * detail["median_ms"] / 1e3
        intensity = operations * 1e9 / detail["weight_bytes"]
        roof = min(peak, intensity * bandwidth)
        rows.append([
            f"`{name}`", number(operations), number(detail["weight_bytes"] / 2**20, 1), number(intensity, 0),
            number(roof, 0), number(detail["gflops"], 0), f"{100 * detail['gflops'] / peak:.0f} %",
            f"{100 * detail['gflops'] / roof:.0f} %"])
    headings = ["", "GFLOP", "weights, MiB", "FLOP/byte", "roof, GFLOP/s", "achieved", "of peak", "of roof"]
    return lines + table(headings, rows)


def instruction_sets(results):
    peaks, models = results["sets"]["peaks"], results["sets"]["models"]
    names = list(peaks)
    widest = names[0]
    of_peaks = ", ".join(f"{name} {gflops:.0f}" for name, gflops in peaks.items())
    lines = [
        "## Instruction sets, and what options cost",
        "",
        f"The times of the widest instruction set of this processor, and how many times as long the others take"
        " (`CNNC_ISA`), convolutions without Winograd's method (`--algorithm direct`), and weights packed in each run"
        f" (`--memory low`). Their peaks, GFLOP/s on {results['threads']} threads: {of_peaks}.",
        "",
    ]
    columns = names[1:] + ["direct", "low"]
    rows, ratios = [], {column: [] for column in columns}
    for name, times in models.items():
        if not times.get(widest):
            continue
        cells = []
        for column in columns:
            ratio = times[column] / times[widest] if times.get(column) else None
            cells.append(number(ratio))
            if ratio:
                ratios[column].append(ratio)
        rows.append([f"`{name}`", number(times[widest]), *cells])
    rows.append(["geometric mean", ""] + [number(geometric_mean(r) if r else None) for r in ratios.values()])
    return lines + table(["", f"{widest}, ms"] + columns, rows)


def memory(results):
    lines = ["## Memory", "", "Bytes that a plan holds, the time to make it, and the cost of a barrier after the runs.", ""]
    rows = [
        [f"`{name}`", number(d["arena_bytes"] / 2**20, 1), number(d["weight_bytes"] / 2**20, 1),
         number(d["plan_ms"], 0), number(d["barrier_ns"], 0)]
        for name, d in results["detail"].items() if d]
    return lines + table(["", "arena, MiB", "weights, MiB", "plan, ms", "barrier, ns"], rows)


def first(results):
    """Two tables: the first answer and peak memory."""
    figures = results["first"]["models"]
    imports = results["first"]["imports"]
    of_python = ", ".join(f"{NAMES[e]} {f['ms']:.0f} ms" for e, f in imports.items() if f)
    lines = [
        "## From process start to the first answer",
        "",
        "Whole processes that load a model's file, run it once and end, medians of"
        f" {results['first']['runs']} after one that fills the system's cache of files: `cnnc run` with safetensors, and"
        " the peers through Python with ONNX, ncnn's and TorchScript files. Of the peers' times these are for Python and"
        f" its imports alone: {of_python}.",
        "",
    ]
    rows, ratios, peaks = [], [], []
    for name, engines in figures.items():
        own = engines.get("cnnc")
        peers = {e: f for e, f in engines.items() if e != "cnnc" and f}
        cells = [number(engines[e]["ms"] if engines.get(e) else None, 0) for e in ENGINES]
        if own and peers:
            ratio = own["ms"] / min(f["ms"] for f in peers.values())
            peak = own["peak_bytes"] / min(f["peak_bytes"] for f in peers.values())
            ratios.append(ratio)
            peaks.append((name, engines, peak))
            rows.append([f"`{name}`", *cells, number(ratio)])
    headings = ["ms"] + [NAMES[e] for e in ENGINES] + ["cnnc / best peer"]
    lines += table(headings, rows)
    if ratios:
        lines += [f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}.", ""]
    lines += ["## Peak memory", "", "The largest resident size of those processes.", ""]
    rows = [
        [f"`{name}`"] + [number(g[e]["peak_bytes"] / 2**20 if g.get(e) else None, 0) for e in ENGINES] + [number(p)]
        for name, g, p in peaks]
    lines += table(["MiB"] + [NAMES[e] for e in ENGINES] + ["cnnc / smallest peer"], rows)
    if peaks:
        ratios = [p for _, _, p in peaks]
        lines += [f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}.", ""]
    return lines


SETS = {"avx512": "AVX-512", "avx2": "AVX2 alone", "neon": "NEON"}


def training(results):
    figures = results["train"]
    lines = [
        "## A step of training",
        "",
        f"Forward, backward and update: the mean cross entropy, stochastic gradient descent with momentum and decay, on"
        f" {figures['threads']} threads (section `train`, which asks for PyTorch alone). Of"
        " PyTorch the better of two orders of memory counts, N×C×H×W and channels last. `cnnc bench SPEC --train` measures"
        " one network. Peak memory is the largest resident size of the process.",
        "",
    ]
    for name, networks in figures["sets"].items():
        rows, ratios = [], []
        for network, engines in networks.items():
            peers = {e: engines[e] for e in ("torch", "torch_last", "torch_compile") if engines.get(e)}
            best = min(peers.values())
            ratios.append(engines["cnnc"][0] / best[0])
            rows.append([
                f"`{network}`", number(engines["cnnc"][0], 1), number(best[0], 1), number(ratios[-1]),
                number(engines["cnnc"][1], 0), number(best[1], 0), number(engines["cnnc"][1] / best[1])])
        lines += [f"With {SETS.get(name, name)}:", ""]
        lines += table(["", "cnnc, ms", "PyTorch, ms", "ratio", "cnnc, MiB", "PyTorch, MiB", "ratio"], rows)
        lines += [f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}.", ""]
    return lines


def circumstances(of, engines=ENGINES):
    """The day, the machine, and the peers' versions of a measurement."""
    about = of["machine"]
    caches = ", ".join(f"{name} {size}" for name, size in about.get("caches", {}).items())
    peers = ", ".join(f"{NAMES[e]} {v}" for e, v in of.get("versions", {}).items() if v and e in engines)
    line = (
        f"Measured on {of['date']}: {about['processor']}, {about['processors']} processors, caches {caches};"
        f" {about['system']}.")
    return f"{line} Peers: {peers}." if peers else line


def otherwise(results, section, engines=ENGINES):
    """What differs for a section that was measured apart from the page's first lines."""
    own = results.get("circumstances", {}).get(section)
    if own is None or all(own[key] == results.get(key) for key in own):
        return []
    return [f"{circumstances(own, engines)} {own['rounds']} rounds of {own['seconds']:g} seconds.", ""]


def measured(results):
    """The lines between the marks."""
    barriers = [d["barrier_ns"] for d in (results.get("detail") or {}).values() if d]
    lines = [
        "![Time of cnnc over the fastest peer's](performance.svg)",
        "",
        f"{circumstances(results)} All compute in float32.",
        "",
        f"`make bench` runs each engine alone, in a process of its own, in turn, {results['rounds']} rounds of"
        f" {results['seconds']:g} seconds each; a figure is the smallest of the rounds' medians.",
        "",
    ]
    if barriers and results["threads"] > 1:
        lines += [
            f"The barrier of {results['threads']} threads cost {min(barriers):.0f} to {max(barriers):.0f} ns in this run,"
            " which tells whether their processors shared a cache: about 30 ns where they do, 150 and more where not.",
            "",
        ]
    threads = results["threads"]
    sections = [("two", f"## One image, {threads} threads", 1), ("one", "## One image, one thread", 1),
                ("eight", f"## Eight images, {threads} threads", 8)]
    for key, heading, batch in sections:
        if results.get(key):
            lines += [heading, ""] + otherwise(results, key) + comparison(results[key], batch)
    if results.get("detail") and results.get("probe"):
        lines += roofline(results) + otherwise(results, "detail", ["cnnc"])
    if results.get("detail"):
        lines += memory(results)
    if results.get("sets"):
        lines += instruction_sets(results) + otherwise(results, "sets", ["cnnc"])
    if results.get("first"):
        lines += first(results) + otherwise(results, "first")
    if results.get("train"):
        lines += training(results) + otherwise(results, "train", ["torch"])
    return lines


def write(results, path):
    """Writes the page; what stands outside of the marks is kept."""
    if os.path.exists(path):
        text = open(path).read()
    else:
        text = f"# Performance\n\n{INTRODUCTION}\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{path} has lost its marks: {BEGIN} and {END}")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    body = "\n".join(measured(results)) if results.get("machine") else ""
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n\n{body}\n{END}{after}")
