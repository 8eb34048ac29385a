"""Writes the measured part of docs/performance.md from what docs/performance.json holds; the rest of the page stays."""

import math
import os

import processor
from performance_results import figures_of, threads_of

BEGIN = "<!-- make bench: from here to the end mark the page is written by scripts/bench.py -->"
END = "<!-- make bench: end -->"
INTRODUCTION = """cnnc beside four runtimes that people use, on the same networks, in one run. To measure again:

```sh
make bench PYTHON=peers/bin/python CNNC_SHARED=../shared
```

where the Python has the peers. `BENCH_FLAGS="--only two,first"` runs some sections, and keeps the figures of the others; on a
busy machine it refuses."""
ENGINES = ["cnnc", "openvino", "onnxruntime", "ncnn", "torch"]
NAMES = {"cnnc": "cnnc", "openvino": "OpenVINO", "onnxruntime": "ONNX Runtime", "ncnn": "ncnn", "torch": "PyTorch"}
COMPARED = [("two", "One image", 1), ("one", "One image", 1), ("eight", "Eight images", 8)]


def table(headings, rows):
    """A Markdown table: the first column at the left edge, numbers at the right."""
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return lines + [""]


def number(value, places=2):
    return "–" if value is None else f"{value:.{places}f}"


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def threads_text(count):
    return "1 thread" if count == 1 else f"{count} threads"


def summary(ratios):
    return [f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}.", ""] if ratios else []


def label(figure, text=None):
    """A row's name, with a dagger if the machine was busy."""
    name = text or figure["name"]
    return f"`{name}`" + (" †" if figure.get("busy") else "")


CIRCUMSTANCES = ["barrier, ns", "others"]


def circumstances(figure, barrier=None):
    """The last two cells of a row: the barrier between threads, and what others took of the processors."""
    load = figure.get("load")
    barrier = figure.get("barrier_ns") if barrier is None else barrier
    if load is None:
        others = "–"
    else:
        others = number(load["others"])
        if (load.get("steal") or 0) >= 0.005:
            others += f" + {load['steal']:.2f}"
    return [number(barrier if figure["threads"] > 1 else None, 0), others]


def below(figures):
    """The lines below a table: of which run its figures are, the load, and what the daggers stand for."""
    runs = {}
    for figure in figures:
        runs.setdefault(figure["run"], []).append(figure["name"].split("/")[-1])
    most = max(runs, key=lambda run: len(runs[run]))
    text = f"Run {most + 1}"
    for run, names in sorted(runs.items()):
        if run != most:
            text += f"; of run {run + 1}: " + ", ".join(f"`{name}`" for name in dict.fromkeys(names))
    loads = [figure["load"] for figure in figures if figure.get("load")]
    if loads:
        most = max(load["others"] for load in loads)
        text += f". Others took at most {most:.2f} of {loads[0]['processors']} processors"
        earlier = [load["before"]["others"] for load in loads if load.get("before")]
        if earlier:
            text += f", and {max(earlier):.2f} before"
        steals = [load["steal"] for load in loads if load.get("steal") is not None]
        if steals:
            text += f"; the host took {max(steals):.2f}"
        averages = [average for load in loads for average in load["load_average"]]
        text += f"; load averages {min(averages):.1f} to {max(averages):.1f}"
    lines = [text + ".", ""]
    busy = [figure for figure in figures if figure.get("busy")]
    if busy:
        names = sorted({name for figure in busy for name in figure["busy"].get("processes", [])})
        quotas = sorted({figure["busy"]["quota"] for figure in busy if figure["busy"].get("quota") is not None})
        told = f" beside {', '.join(f'`{name}`' for name in names)}" if names else ""
        told += f", within a quota of {', '.join(f'{q:g}' for q in quotas)} processors" if quotas else ""
        lines += [f"† **Taken on a busy machine**{told}.", ""]
    return lines


def comparison(figures, batch):
    rows, ratios = [], []
    for figure in figures:
        times = figure["values"]
        ratio = times.get("ratio")
        if ratio:
            ratios.append(ratio)
        peers = [t for e in ENGINES[1:] if (t := times.get(e))]
        cells = []
        for engine in ENGINES:
            value = times.get(engine)
            cell = number(value)
            cells.append(f"**{cell}**" if engine != "cnnc" and value and value == min(peers) else cell)
        rows.append([label(figure), *cells, number(ratio), *circumstances(figure)])
    unit = "ms" if batch == 1 else f"ms for {batch} images"
    lines = table([unit] + [NAMES[e] for e in ENGINES] + ["cnnc / best peer"] + CIRCUMSTANCES, rows)
    if ratios:
        ahead = sum(r < 1 for r in ratios)
        lines.append(
            f"Geometric mean {geometric_mean(ratios):.2f}, largest {max(ratios):.2f}; cnnc is ahead on {ahead} of"
            f" {len(ratios)}. The fastest peer is in bold.")
        lines.append("")
    return lines + below(figures)


def probe_of(entry, threads):
    return next(iter(figures_of(entry, "probe", threads)), None)


def roofline(entry, figures, threads):
    found = probe_of(entry, threads)
    if found is None:
        return []
    peak, bandwidth = found["values"]["peak_gflops"], found["values"]["read_gigabytes_per_second"]
    lines = [
        f"### Against the roofline, {threads_text(threads)}",
        "",
        f"The processor's peak is {peak:.0f} GFLOP/s, multiply-adds in registers alone, and it reads {bandwidth:.1f} GB/s from"
        f" memory{' †' if found.get('busy') else ''}.",
        "",
    ]
    rows = []
    for figure in figures:
        detail = figure["values"]
        operations = detail["gflops"] * detail["median_ms"] / 1e3
        intensity = operations * 1e9 / detail["weight_bytes"]
        roof = min(peak, intensity * bandwidth)
        rows.append([
            label(figure), number(operations), number(detail["weight_bytes"] / 2**20, 1), number(intensity, 0),
            number(roof, 0), number(detail["gflops"], 0), f"{100 * detail['gflops'] / peak:.0f} %",
            f"{100 * detail['gflops'] / roof:.0f} %", *circumstances(figure, detail.get("barrier_ns"))])
    headings = ["", "GFLOP", "weights, MiB", "FLOP/byte", "roof, GFLOP/s", "achieved", "of peak", "of roof"]
    return lines + table(headings + CIRCUMSTANCES, rows) + below(figures + [found])


def memory(figures, threads):
    lines = [f"### Memory, {threads_text(threads)}", ""]
    rows = []
    for figure in figures:
        detail = figure["values"]
        rows.append([
            label(figure), number(detail["arena_bytes"] / 2**20, 1), number(detail["weight_bytes"] / 2**20, 1),
            number(detail["plan_ms"], 0), *circumstances(figure, detail.get("barrier_ns"))])
    return lines + table(["", "arena, MiB", "weights, MiB", "plan, ms"] + CIRCUMSTANCES, rows) + below(figures)


def instruction_sets(figures, threads):
    peaks = next((f["values"] for f in figures if f["name"] == "peaks"), {})
    models = [f for f in figures if f["name"] != "peaks"]
    names = list(peaks)
    if not names or not models:
        return []
    widest = names[0]
    of_peaks = ", ".join(f"{name} {gflops:.0f}" for name, gflops in peaks.items())
    lines = [f"### Instruction sets, and what options cost, {threads_text(threads)}", "", f"Peaks, GFLOP/s: {of_peaks}.", ""]
    columns = names[1:] + ["direct", "low"]
    rows, ratios = [], {column: [] for column in columns}
    for figure in models:
        times = figure["values"]
        if not times.get(widest):
            continue
        cells = []
        for column in columns:
            ratio = times[column] / times[widest] if times.get(column) else None
            cells.append(number(ratio))
            if ratio:
                ratios[column].append(ratio)
        rows.append([label(figure), number(times[widest]), *cells, *circumstances(figure)])
    means = [number(geometric_mean(r) if r else None) for r in ratios.values()]
    rows.append(["geometric mean", "", *means, "", ""])
    return lines + table(["", f"{widest}, ms"] + columns + CIRCUMSTANCES, rows) + below(figures)


def first(figures, threads):
    """Two tables: the first answer and peak memory."""
    imports = next((f["values"] for f in figures if f["name"] == "imports"), {})
    models = [f for f in figures if f["name"] != "imports"]
    lines = [f"### From process start to the first answer, {threads_text(threads)}", ""]
    runs = sorted({f["values"]["runs"] for f in models if "runs" in f["values"]})
    if runs:
        lines += [
            f"Medians of {' or '.join(map(str, runs))} processes after one that fills the system's cache of files. Of the peers'"
            " times these are for Python and its imports alone: "
            + ", ".join(f"{NAMES[e]} {f['ms']:.0f} ms" for e, f in imports.items() if f) + ".", ""]
    rows, ratios, peaks = [], [], []
    for figure in models:
        engines = figure["values"]
        own = engines.get("cnnc")
        peers = {e: f for e in ENGINES[1:] if (f := engines.get(e))}
        cells = [number(engines[e]["ms"] if engines.get(e) else None, 0) for e in ENGINES]
        ratio = None
        if own and peers:
            ratio = own["ms"] / min(f["ms"] for f in peers.values())
            ratios.append(ratio)
            peaks.append((figure, engines, own["peak_bytes"] / min(f["peak_bytes"] for f in peers.values())))
        rows.append([label(figure), *cells, number(ratio), *circumstances(figure)[1:]])
    headings = ["ms"] + [NAMES[e] for e in ENGINES] + ["cnnc / best peer", "others"]
    lines += table(headings, rows) + summary(ratios) + below(figures)
    lines += ["### Peak memory", ""]
    rows = [
        [label(f)] + [number(g[e]["peak_bytes"] / 2**20 if g.get(e) else None, 0) for e in ENGINES] + [number(p)]
        for f, g, p in peaks]
    lines += table(["MiB"] + [NAMES[e] for e in ENGINES] + ["cnnc / smallest peer"], rows)
    return lines + summary([p for _, _, p in peaks]) + (below([f for f, _, _ in peaks]) if peaks else [])


def training_ratio(engines):
    """cnnc's time over the better of PyTorch's; None where one is missing."""
    peers = [engines[e] for e in ("torch", "torch_last", "torch_compile") if engines.get(e)]
    return engines["cnnc"][0] / min(peers)[0] if peers and engines.get("cnnc") else None


def training(figures, threads, widest):
    lines = [f"### A step of training, {threads_text(threads)}", ""]
    for name in dict.fromkeys(f["name"].split("/")[0] for f in figures):
        rows, ratios = [], []
        of_set = [f for f in figures if f["name"].split("/")[0] == name and training_ratio(f["values"])]
        for figure in of_set:
            engines = figure["values"]
            best = min(engines[e] for e in ("torch", "torch_last", "torch_compile") if engines.get(e))
            ratios.append(training_ratio(engines))
            rows.append([
                label(figure, figure["name"].split("/")[1]), number(engines["cnnc"][0], 1), number(best[0], 1),
                number(ratios[-1]), number(engines["cnnc"][1], 0), number(best[1], 0),
                number(engines["cnnc"][1] / best[1]), *circumstances(figure)])
        if not rows:
            continue
        lines += [f"{'With' if name == widest else 'Held to'} {processor.NAMES.get(name, name)}:", ""]
        headings = ["", "cnnc, ms", "PyTorch, ms", "ratio", "cnnc, MiB", "PyTorch, MiB", "ratio"]
        lines += table(headings + CIRCUMSTANCES, rows) + summary(ratios) + below(of_set)
    return lines


def busy(figures, threads):
    """Two tables, p50 and p99: a row for each network and engine, a column for each situation."""
    situations = list(dict.fromkeys(s for f in figures for s in f["values"]["times"]))
    lines = [f"### On a busy machine, {threads_text(threads)}", ""]
    left_out = {s: why for f in figures for s, why in f["values"].get("left_out", {}).items()}
    for index, name in [(0, "p50"), (1, "p99")]:
        rows, ratios = [], {}
        for figure in figures:
            times = figure["values"]["times"]
            for engine in ENGINES:
                quiet = (times.get("quiet") or {}).get(engine)
                if not quiet:
                    continue
                cells = []
                for situation in situations:
                    found = times.get(situation, {}).get(engine)
                    cell = number(found[index] if found else None, 1)
                    if found and situation != "quiet":
                        ratio = found[index] / quiet[0]
                        ratios.setdefault((engine, situation), []).append(ratio)
                        cell += f" ({ratio:.1f} ×)"
                    cells.append(cell)
                rows.append([f"{label(figure)} {NAMES[engine]}", *cells, *circumstances(figure)[1:]])
        for engine in ENGINES:
            if any(e == engine for e, _ in ratios):
                means = [f"{geometric_mean(r):.2f} ×" if (r := ratios.get((engine, s))) else "" for s in situations]
                rows.append([f"geometric mean, {NAMES[engine]}", *means, ""])
        lines += table([f"{name}, ms", *situations, "others"], rows)
    lines += [f"Left out: {situation}, since {why}." for situation, why in left_out.items()]
    return lines + ([""] if left_out else []) + below(figures)


def run_text(run, kind, number_of_run):
    """The day, the commit, the machine, and the peers' versions of a run."""
    about = run["machine"]
    caches = ", ".join(f"{name} {size}" for name, size in about.get("caches", {}).items())
    commit = f"commit {run['commit']}" if run.get("commit") else "commit not recorded"
    text = f"- Run {number_of_run}: {run['date']}, {commit}; {about['processor']}, {about['processors']} processors"
    text += f", caches {caches}" if caches else ""
    text += f"; {about['system']}. "
    if kind["held_to"]:
        text += f"Held to {processor.NAMES.get(kind['held_to'], kind['held_to'])}"
        text += f" ({run['not_held']} cannot be held and are left out). " if run.get("not_held") else ". "
    text += f"A thread that waits {run['barrier']}. " if run.get("barrier") else "How threads wait was not recorded. "
    peers = ", ".join(f"{NAMES[e]} {v}" for e, v in run.get("versions", {}).items() if v)
    text += f"Peers: {peers}. " if peers else ""
    if run.get("without"):
        text += f"**Without {' and '.join(NAMES[e] for e in run['without'])}**, which may be the fastest. "
    return text + f"{run['rounds']} rounds of {run['seconds']:g} seconds."


EXPLANATIONS = [
    (("two", "one", "eight"), "**One image, eight images**: milliseconds of a run, the smallest of the rounds' medians."),
    (("detail",), "**Roofline**: operations are 2 for each multiply-accumulate of the definition, whatever the algorithm, so that"
     " Winograd's can exceed the peak, which `cnnc bench --probe` measures. Every run reads all packed weights; operations over"
     " their bytes are the intensity, and the roof is the peak or what memory lets through at that intensity, whichever is"
     " lower. **Memory**: bytes that a plan holds, and the time to make it."),
    (("sets",), "**Instruction sets**: the times of the widest set of the processor, and how many times as long the others take"
     " (`CNNC_ISA`), convolutions without Winograd's method (`--algorithm direct`), and weights packed in each run"
     " (`--memory low`)."),
    (("first",), "**First answer, peak memory**: whole processes that load a model's file, run it once and end, `cnnc run` with"
     " safetensors, and the peers through Python with ONNX, ncnn's and TorchScript files; the largest resident size of"
     " those processes."),
    (("train",), "**Training**: forward, backward and update, the mean cross entropy, stochastic gradient descent with momentum"
     " and decay. Of PyTorch the better of two orders of memory counts, N×C×H×W and channels last. `cnnc bench SPEC --train`"
     " measures one network. Peak memory is the largest resident size of the process."),
    (("busy",), "**On a busy machine**: the middle and the 99th percentile of runs beside processes that compute without end, and"
     " within a cgroup's quota of processors, on as many processors as threads; in brackets over the quiet p50 of the same"
     " engine."),
]


def overview(results):
    """A row for each kind of processor: cnnc over the best peer, the geometric mean and the largest."""
    columns = [
        ("one image", "two"), ("one image, one thread", "one"), ("eight images", "eight"), ("training", "train")]
    rows = []
    for entry in results["processors"]:
        cells = []
        for _, section in columns:
            figures = figures_of(entry, section)
            ratio = (lambda f: training_ratio(f["values"])) if section == "train" else (lambda f: f["values"].get("ratio"))
            ratios = [r for f in figures if (r := ratio(f))]
            mark = " †" if any(f.get("busy") for f in figures) else ""
            cells.append(f"{geometric_mean(ratios):.2f} ({max(ratios):.2f}){mark}" if ratios else "–")
        rows.append([processor.title(entry["kind"]), *cells])
    return table(["cnnc / best peer"] + [name for name, _ in columns], rows)


def measured(results, charts):
    """The lines between the marks; `charts` are the pictures' names by the entry's index."""
    sections = {figure["section"] for entry in results["processors"] for figure in entry["figures"]}
    if not sections:
        return []
    lines = ["Geometric means, the largest in brackets; below 1 cnnc is ahead. All compute in float32.", ""]
    lines += overview(results)
    lines += [
        "`make bench` runs each engine alone, in a process of its own, in turn. Beside each figure stand the nanoseconds that"
        " threads took to meet in cnnc's run (about 30 where their processors share a cache, 150 and more where not), and the"
        " processors that others took meanwhile, + what the host took (`–`: not recorded).",
        ""]
    lines += [f"- {text}" for of, text in EXPLANATIONS if sections & set(of)] + [""]
    for index, entry in enumerate(results["processors"]):
        lines += [f"## {processor.title(entry['kind'])}", ""]
        if index in charts:
            lines += [f"![Time of cnnc over the fastest peer's]({charts[index]})", ""]
        lines += [run_text(run, entry["kind"], place) for place, run in enumerate(entry["runs"], 1)] + [""]
        lines += of_processor(entry)
    return lines


def of_processor(entry):
    lines = []
    for figure in figures_of(entry, "probe"):
        found, mark = figure["values"], " †" if figure.get("busy") else ""
        barrier = f", {found['barrier_ns']:.0f} ns for threads to meet" if figure["threads"] > 1 else ""
        lines += [
            f"The processor on {threads_text(figure['threads'])}: {found['peak_gflops']:.0f} GFLOP/s in registers,"
            f" {found['read_gigabytes_per_second']:.1f} GB/s from memory{barrier} (run {figure['run'] + 1}){mark}.", ""]
    for section, heading, batch in COMPARED:
        for threads in threads_of(entry, section):
            lines += [f"### {heading}, {threads_text(threads)}", ""]
            lines += comparison(figures_of(entry, section, threads), batch)
    for threads in threads_of(entry, "detail"):
        figures = figures_of(entry, "detail", threads)
        lines += roofline(entry, figures, threads) + memory(figures, threads)
    for section, render in [("sets", instruction_sets), ("first", first)]:
        for threads in threads_of(entry, section):
            lines += render(figures_of(entry, section, threads), threads)
    widest = entry["kind"]["held_to"] or next(iter(entry["kind"]["features"] or []), None)
    for threads in threads_of(entry, "train"):
        lines += training(figures_of(entry, "train", threads), threads, widest)
    for threads in threads_of(entry, "busy"):
        lines += busy(figures_of(entry, "busy", threads), threads)
    return lines


def write(results, path, charts):
    """Writes the page; what stands outside of the marks is kept."""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
    else:
        text = f"# Performance\n\n{INTRODUCTION}\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{path} has lost its marks: {BEGIN} and {END}")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    body = "\n".join(measured(results, charts))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{body}\n{END}{after}")
