#!/usr/bin/env python3
"""Measures cnnc beside its peers and writes docs/performance.md, .json and .svg.

    bench.py --cnnc BINARY --shared FOLDER [--models a,b] [--only SECTION,...] [--seconds 2] [--rounds 3]

Run it with a Python that has the peers; SHARED/bench/compare.py says how to set one up. The sections are `probe`, `two`
(two threads), `one` (one thread), `eight` (batches of eight), `detail` (cnnc's own figures), `sets` (cnnc by instruction set
and option), `first` (from process start to the first answer, and peak memory) and `train` (a step of training beside
PyTorch's, by SHARED/bench/compare_train.py). Figures of sections that are not run are kept from docs/performance.json, each
with the day and the processor it was measured on; with `--only none` the page is only written anew. The page's first lines
speak of section `two`.
"""

import argparse
import importlib.util
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time

import performance_chart
import performance_page

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECTIONS = ["probe", "two", "one", "eight", "detail", "sets", "first", "train"]
INSTRUCTION_SETS = ["avx512", "avx2", "neon", "portable"]
# How PyTorch is held to an instruction set, and cnnc.
TRAINING_SETS = {
    "avx512": {},
    "avx2": {
        "CNNC_ISA": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "neon": {},
}
PEERS = ["openvino", "onnxruntime", "ncnn", "torch"]


def log(text):
    print(text, file=sys.stderr, flush=True)


def machine():
    """The processor, its caches and the system."""
    result = {"system": f"{platform.system()} {platform.release()}", "architecture": platform.machine()}
    if sys.platform == "darwin":
        text = subprocess.run(["sysctl", "machdep.cpu.brand_string", "hw"], capture_output=True, text=True).stdout
        fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        result["processor"] = fields.get("machdep.cpu.brand_string", "unknown")
        result["processors"] = fields.get("hw.ncpu", "")
        sizes = [("L1d", "hw.l1dcachesize"), ("L2", "hw.l2cachesize"), ("L3", "hw.l3cachesize")]
        result["caches"] = {name: f"{int(fields[key]) >> 10} KiB" for name, key in sizes if key in fields}
    else:
        text = subprocess.run(["lscpu"], capture_output=True, text=True, env=dict(os.environ, LC_ALL="C")).stdout
        fields = dict(re.split(r":\s+", line.strip(), maxsplit=1) for line in text.splitlines() if re.search(r":\s", line))
        result["processor"] = fields.get("Model name", "unknown")
        result["processors"] = fields.get("CPU(s)", "")
        result["caches"] = {n: fields[f"{n} cache"] for n in ["L1d", "L2", "L3"] if f"{n} cache" in fields}
    return result


def versions():
    from importlib import metadata

    result = {}
    for peer in PEERS:
        try:
            result[peer] = metadata.version(peer)
        except metadata.PackageNotFoundError:
            result[peer] = None
    return result


def cnnc_json(arguments, **environment):
    """What a `cnnc bench` prints; None, the reason logged, if it fails."""
    run = subprocess.run(arguments, capture_output=True, text=True, env=os.environ | environment)
    if run.returncode:
        log(f"{' '.join(arguments)}: {run.stderr.strip()[-300:]}")
        return None
    return json.loads(run.stdout)


def compared(options, threads, batch):
    """One run of compare.py."""
    with tempfile.TemporaryDirectory() as folder:
        figures = os.path.join(folder, "figures.json")
        command = [
            sys.executable, os.path.join(options.shared, "bench", "compare.py"), "--cnnc", options.cnnc, "--specs",
            options.specs, "--models", ",".join(options.models), "--threads", str(threads), "--batch", str(batch),
            "--seconds", str(options.seconds), "--rounds", str(options.rounds), "--json", figures]
        log(" ".join(command))
        subprocess.run(command, check=True, stdout=sys.stderr)
        return json.load(open(figures))


def process(command, runs):
    """The median of a command's wall times in ms and of its peak memory in bytes; None if it fails."""
    times, peaks = [], []
    quiet = os.open(os.devnull, os.O_RDWR)
    for run in range(runs + 1):
        start = time.perf_counter()
        # A fork, not a spawn: a process keeps the peak from before its exec, and a fork of this script is small.
        child = os.fork()
        if child == 0:
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        _, status, usage = os.wait4(child, 0)
        elapsed = (time.perf_counter() - start) * 1e3
        if status:
            log(f"failed: {' '.join(command)}")
            os.close(quiet)
            return None
        # The first run brings the files into the system's cache.
        if run:
            times.append(elapsed)
            peaks.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    os.close(quiet)
    return {"ms": statistics.median(times), "peak_bytes": int(statistics.median(peaks))}


def model_file(shared, engine, name):
    """The model's file for an engine, made in a process of its own the first time, and the input's size."""
    code = """
import os, sys
sys.path.insert(0, os.path.join(sys.argv[1], "bench")); sys.path.insert(0, os.path.join(sys.argv[1], "reference"))
import compare, make_reference
engine, name = sys.argv[2:]
size = make_reference.MODELS[name][1]
if engine == "size": path = ""
elif engine == "ncnn": path = compare.ncnn_files(name)[0]
elif engine == "torch":
    import torch
    path = f"{compare.CACHE}/{name}.torchscript"
    if not os.path.exists(path):
        os.makedirs(compare.CACHE, exist_ok=True)
        torch.jit.trace(compare.model(name)[0], torch.randn(1, 3, size, size)).save(path)
else: path = compare.onnx_file(name, 1)
print(path, size, sep="\\n")
"""
    command = [sys.executable, "-W", "ignore", "-c", code, shared, engine, name]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        log(f"{engine} {name}: {run.stderr.strip()[-300:]}")
        return None, 0
    path, size = run.stdout.splitlines()[-2:]
    return path, int(size)


def first_answers(options, compare):
    """From process start to the first answer, weights on disk."""
    script = os.path.join(ROOT, "scripts", "first_answer.py")
    threads = str(options.threads)
    imports = {peer: process([sys.executable, script, peer, "-", "8", threads], options.runs) for peer in PEERS}
    models = {}
    for name in options.models:
        spec = compare.spec_arguments(options.specs, name)
        _, size = model_file(options.shared, "size", name)
        figures = {}
        with tempfile.TemporaryDirectory() as folder:
            weights, image = os.path.join(folder, "w.safetensors"), os.path.join(folder, "x.npy")
            write_noise(image, size)
            subprocess.run([options.cnnc, "weights", "init", *spec, "-o", weights], check=True, capture_output=True)
            figures["cnnc"] = process([
                options.cnnc, "run", *spec, "--weights", weights, "--input", image, "--threads", threads],
                options.runs)
        for peer in PEERS:
            path, size = model_file(options.shared, peer, name)
            figures[peer] = path and process(
                [sys.executable, script, peer, path, str(size), threads], options.runs)
        models[name] = figures
        log(f"{name}: " + ", ".join(f"{e} {f['ms']:.0f} ms" if f else f"{e} -" for e, f in figures.items()))
    return {"runs": options.runs, "imports": imports, "models": models}


def write_noise(path, size):
    """An image of noise as .npy, format version 1.0."""
    import random
    from array import array

    numbers = random.Random(0)
    values = array("f", (numbers.gauss(0, 1) for _ in range(3 * size * size)))
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': (3, {size}, {size})}}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + values.tobytes())


def details(options, compare):
    """cnnc's own figures."""
    result = {}
    for name in options.models:
        result[name] = cnnc_json([
            options.cnnc, "bench", *compare.spec_arguments(options.specs, name), "--threads", str(options.threads),
            "--seconds", str(options.seconds), "--format", "json"])
    return result


def instruction_sets(options, compare):
    """cnnc with each instruction set of the processor, and without Winograd's method, in turn for each network."""
    peaks, models = {}, {}
    probe = [options.cnnc, "bench", "--probe", "--format", "json", "--threads", str(options.threads)]
    for name in INSTRUCTION_SETS:
        if found := cnnc_json(probe, CNNC_ISA=name):
            peaks[name] = found["peak_gflops"]
    for name in options.models:
        command = [
            options.cnnc, "bench", *compare.spec_arguments(options.specs, name), "--threads", str(options.threads),
            "--seconds", str(options.seconds), "--format", "json"]
        runs = {s: (command, {"CNNC_ISA": s}) for s in peaks}
        runs |= {"direct": (command + ["--algorithm", "direct"], {}), "low": (command + ["--memory", "low"], {})}
        medians = {key: [] for key in runs}
        for _ in range(options.rounds):
            for key, (arguments, environment) in runs.items():
                if found := cnnc_json(arguments, **environment):
                    medians[key].append(found["median_ms"])
        models[name] = {key: min(values) for key, values in medians.items() if values}
        log(f"{name}: " + ", ".join(f"{key} {ms:.2f} ms" for key, ms in models[name].items()))
    return {"peaks": peaks, "models": models}


def training(options):
    """Steps of training, by the instruction sets that the processor has and PyTorch can be held to."""
    script = os.path.join(options.shared, "bench", "compare_train.py")
    probe = [options.cnnc, "bench", "--probe", "--format", "json", "--threads", "1"]
    result = {"threads": options.threads, "sets": {}}
    for name, environment in TRAINING_SETS.items():
        if not cnnc_json(probe, CNNC_ISA=name):
            continue
        log(f"steps of training: {name}")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "train.json")
            subprocess.run([
                sys.executable, script, "--cnnc", options.cnnc, "--specs", options.specs, "--threads",
                str(options.threads), "--seconds", str(options.seconds), "--rounds", str(options.rounds), "--json", path],
                env=os.environ | environment, stdout=sys.stderr, check=True)
            result["sets"][name] = json.load(open(path))
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cnnc", default=os.path.join(ROOT, ".build/release/cnnc"))
    parser.add_argument("--shared", default=os.environ.get("CNNC_SHARED", os.path.join(ROOT, "..", "shared")))
    parser.add_argument("--models", help="default: all of compare.py")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections to run, joined by commas, or none")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3, help="processes for a first answer, after one to begin with")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--output", default=os.path.join(ROOT, "docs"), help="the folder of the page")
    options = parser.parse_args()
    options.specs = os.path.join(ROOT, "specs")
    script = os.path.join(options.shared, "bench", "compare.py")
    only = set() if options.only == "none" else set(options.only.split(","))
    if only - set(SECTIONS):
        parser.error(f"no section called {sorted(only - set(SECTIONS))[0]}; there are {', '.join(SECTIONS)}")

    results_path = os.path.join(options.output, "performance.json")
    results = json.load(open(results_path)) if os.path.exists(results_path) else {}
    if only:
        if not os.path.exists(script):
            sys.exit(f"bench.py: {script} is not there; say where it is with CNNC_SHARED")
        location = importlib.util.spec_from_file_location("compare", script)
        compare = importlib.util.module_from_spec(location)
        location.loader.exec_module(compare)
        options.models = options.models.split(",") if options.models else compare.MODELS
        circumstances = {
            "date": time.strftime("%Y-%m-%d", time.gmtime()), "machine": machine(), "versions": versions(),
            "threads": options.threads, "seconds": options.seconds, "rounds": options.rounds}
        if "two" in only or "machine" not in results:
            results |= circumstances
    os.makedirs(options.output, exist_ok=True)
    for section in SECTIONS:
        if section not in only:
            continue
        log(f"== {section}")
        if section == "probe":
            command = [options.cnnc, "bench", "--probe", "--format", "json", "--threads"]
            results["probe"] = {n: cnnc_json(command + [n]) for n in ["1", str(options.threads)]}
        elif section == "two":
            results["two"] = compared(options, options.threads, 1)
        elif section == "one":
            results["one"] = compared(options, 1, 1)
        elif section == "eight":
            results["eight"] = compared(options, options.threads, 8)
        elif section == "detail":
            results["detail"] = details(options, compare)
        elif section == "sets":
            results["sets"] = instruction_sets(options, compare)
        elif section == "first":
            results["first"] = first_answers(options, compare)
        elif section == "train":
            results["train"] = training(options)
        results.setdefault("circumstances", {})[section] = circumstances
        # After each section, so that nothing is lost if a later one fails.
        with open(results_path, "w") as file:
            json.dump(results, file, indent=1)
            file.write("\n")
    performance_page.write(results, os.path.join(options.output, "performance.md"))
    performance_chart.write(results, os.path.join(options.output, "performance.svg"))


if __name__ == "__main__":
    main()
