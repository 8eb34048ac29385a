"""The sections of `make bench`: each yields figures, a network at a time, with the load beside each."""

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import busy_machine

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SECTIONS = ["probe", "two", "one", "eight", "detail", "sets", "first", "train", "busy"]
# From the widest.
INSTRUCTION_SETS = ["avx512", "avx2", "neon", "portable"]
# What holds cnnc and peers to an instruction set; ONNX Runtime and ncnn have no such switch.
HOLDING = {
    "avx2": {
        "CNNC_ISA": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}
HELD_PEERS = {"avx2": ["openvino", "torch"]}
PEERS = ["openvino", "onnxruntime", "ncnn", "torch"]
# What is held against peers; of training PyTorch alone.
SECTIONS_OF_PEERS = {"two", "one", "eight", "first", "busy"}


def log(text):
    print(text, file=sys.stderr, flush=True)


def versions(peers):
    from importlib import metadata

    result = {}
    for peer in peers:
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


class Recorder:
    """A program that runs cnnc and keeps what it prints, for compare.py reads the median alone."""

    def __init__(self, cnnc, folder):
        self.path, self.records = os.path.join(folder, "cnnc"), os.path.join(folder, "records")
        last, records = shlex.quote(os.path.join(folder, "last")), shlex.quote(self.records)
        with open(self.path, "w") as file:
            file.write(
                f"#!/bin/sh\n{shlex.quote(os.path.abspath(cnnc))} \"$@\" > {last} || exit $?\n"
                f"cat {last} >> {records}\ncat {last}\n")
        os.chmod(self.path, 0o755)

    def reports(self):
        """The reports so far, one document after the other."""
        if not os.path.exists(self.records):
            return []
        with open(self.records) as file:
            text = file.read().strip()
        decoder, found = json.JSONDecoder(), []
        while text:
            report, end = decoder.raw_decode(text)
            found.append(report)
            text = text[end:].lstrip()
        return found


def best_of(rounds, key=lambda value: value):
    """Of several rounds' values by engine, the smallest of each; None where no round has one."""
    engines = list(dict.fromkeys(engine for of_round in rounds for engine in of_round))
    best = {}
    for engine in engines:
        found = [r[engine] for r in rounds if r.get(engine) is not None]
        best[engine] = min(found, key=key) if found else None
    return best


def ratio_of(best, peers, key=lambda value: value):
    """cnnc's over the best peer's, None where either is missing."""
    found = [key(best[e]) for e in peers if best.get(e)]
    return key(best["cnnc"]) / min(found) if best.get("cnnc") and found else None


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


def peers_of(options):
    """The peers of a run: those that can be held to its instruction set, without those it shall do without."""
    peers = HELD_PEERS.get(options.isa, []) if options.isa else PEERS
    return [peer for peer in peers if peer not in options.without]


def missing_peers(options, found):
    """The peers that the sections need and that this Python does not have, by their versions."""
    needed = set(peers_of(options)) if SECTIONS_OF_PEERS & set(options.sections) else set()
    needed |= {"torch"} if "train" in options.sections else set()
    return [peer for peer in PEERS if peer in needed and not found.get(peer)]


class Bench:
    """Measures sections; `compare` and `compare_train` are the modules of SHARED/bench, the second None without it."""

    def __init__(self, options, watch, compare, compare_train, probes):
        self.options, self.watch, self.compare, self.compare_train = options, watch, compare, compare_train
        # What the probes of one and of several threads have found, with the load beside them.
        self.probes = probes
        self.peers = peers_of(options)
        self.engines = ["cnnc", *self.peers]
        self.folder = os.path.join(options.shared, "bench")

    def figures(self, section):
        """Yields a section's figures."""
        if section == "probe":
            yield from self.probes
        elif section in ("two", "one", "eight"):
            threads, batch = (1 if section == "one" else self.options.threads), (8 if section == "eight" else 1)
            for name in self.options.models:
                yield from self.compared(section, name, threads, batch)
        else:
            yield from getattr(self, section)()

    def figure(self, section, name, values, about, threads=None, **more):
        """A figure as it is kept, and said."""
        threads = threads or self.options.threads
        load = about["load"]
        told = {k: v for k, v in more.items() if v is not None}
        text = ", ".join(f"{key} {value:.0f}" for key, value in told.items())
        log(f"{name}: {self.text(values)}{'; ' + text if text else ''}; others {load['others']:.2f} of"
            f" {load['processors']} processors{'; BUSY' if 'busy' in about else ''}")
        return {"section": section, "threads": threads, "name": name, "values": values} | told | about

    @staticmethod
    def text(values):
        def one(value):
            if isinstance(value, dict):
                return one(value.get("ms"))
            value = value[0] if isinstance(value, list) else value
            return f"{value:.2f}" if isinstance(value, (int, float)) else "-"

        if "median_ms" in values:
            return f"median {one(values['median_ms'])} ms, {one(values['gflops'])} GFLOP/s"
        keys = [k for k, v in values.items() if k not in ("runs", "times", "left_out")]
        return ", ".join(f"{key} {one(values[key])}" for key in keys)

    def spec(self, name):
        return self.compare.spec_arguments(self.options.specs, name)

    def bench_command(self, name, *more):
        return [
            self.options.cnnc, "bench", *self.spec(name), "--threads", str(self.options.threads), "--seconds",
            str(self.options.seconds), "--format", "json", *more]

    def compared_round(self, script, name, threads, *more):
        """A round of a network by a script of SHARED/bench: {engine: figure} and cnnc's report."""
        with tempfile.TemporaryDirectory() as folder:
            recorder, path = Recorder(self.options.cnnc, folder), os.path.join(folder, "figures.json")
            command = [
                sys.executable, os.path.join(self.folder, script), "--cnnc", recorder.path, "--specs", self.options.specs,
                "--models", name, "--threads", str(threads), "--seconds", str(self.options.seconds), "--rounds", "1",
                "--json", path, *more]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            with open(path) as file:
                found = json.load(file)[name]
            found.pop("ratio", None)
            reports = recorder.reports()
            return found, reports[-1] if reports else {}

    def compared(self, section, name, threads, batch):
        kept, about = self.watch.rounds(threads, self.options.rounds, lambda: self.compared_round(
            "compare.py", name, threads, "--batch", str(batch), "--engines", ",".join(self.engines)))
        best = best_of([found for found, _ in kept])
        # The barrier is that of the round whose time is told.
        report = min((r for _, r in kept if r), key=lambda r: r["median_ms"], default={})
        values = best | {"ratio": ratio_of(best, self.peers)}
        yield self.figure(section, name, values, about, threads, barrier_ns=report.get("barrier_ns"))

    def detail(self):
        for name in self.options.models:
            (report,), about = self.watch.rounds(
                self.options.threads, 1, lambda: cnnc_json(self.bench_command(name)))
            if report:
                yield self.figure("detail", name, report, about)

    def instruction_sets(self):
        """Those of the processor, and, of a run that is held to one, none wider."""
        sets = [name for name in INSTRUCTION_SETS if name in self.options.instruction_sets]
        return sets[sets.index(self.options.isa):] if self.options.isa else sets

    def sets(self):
        """cnnc with each instruction set of the processor, and without Winograd's method, in turn for each network."""
        sets = self.instruction_sets()
        probe = [self.options.cnnc, "bench", "--probe", "--format", "json", "--threads", str(self.options.threads)]
        (peaks,), about = self.watch.rounds(self.options.threads, 1, lambda: {
            name: found["peak_gflops"] for name in sets if (found := cnnc_json(probe, CNNC_ISA=name))})
        yield self.figure("sets", "peaks", peaks, about)
        for name in self.options.models:
            runs = {s: (self.bench_command(name), {"CNNC_ISA": s}) for s in sets}
            runs |= {
                "direct": (self.bench_command(name, "--algorithm", "direct"), {}),
                "low": (self.bench_command(name, "--memory", "low"), {})}

            def one_round():
                reports = {key: cnnc_json(arguments, **environment) for key, (arguments, environment) in runs.items()}
                return {key: report for key, report in reports.items() if report}

            kept, about = self.watch.rounds(self.options.threads, self.options.rounds, one_round)
            best = best_of(kept, key=lambda report: report["median_ms"])
            barrier = best[sets[0]].get("barrier_ns") if best.get(sets[0]) else None
            values = {key: report["median_ms"] for key, report in best.items() if report}
            yield self.figure("sets", name, values, about, barrier_ns=barrier)

    def first(self):
        """From process start to the first answer, weights on disk."""
        script = os.path.join(ROOT, "scripts", "first_answer.py")
        threads, runs = str(self.options.threads), self.options.runs
        (imports,), about = self.watch.rounds(self.options.threads, 1, lambda: {
            peer: process([sys.executable, script, peer, "-", "8", threads], runs) for peer in self.peers})
        yield self.figure("first", "imports", imports, about)
        for name in self.options.models:
            _, size = model_file(self.options.shared, "size", name)
            # Made before anything is timed.
            files = {peer: model_file(self.options.shared, peer, name) for peer in self.peers}
            with tempfile.TemporaryDirectory() as folder:
                weights, image = os.path.join(folder, "w.safetensors"), os.path.join(folder, "x.npy")
                write_noise(image, size)
                subprocess.run(
                    [self.options.cnnc, "weights", "init", *self.spec(name), "-o", weights], check=True, capture_output=True)
                own = [
                    self.options.cnnc, "run", *self.spec(name), "--weights", weights, "--input", image, "--threads", threads]

                def one_round():
                    figures = {"cnnc": process(own, runs)}
                    for peer, (path, edge) in files.items():
                        command = [sys.executable, script, peer, path, str(edge), threads]
                        figures[peer] = process(command, runs) if path else None
                    return figures

                (figures,), about = self.watch.rounds(self.options.threads, 1, one_round)
            yield self.figure("first", name, figures | {"runs": runs}, about)

    def train(self):
        """Steps of training, by the instruction sets that the processor has and PyTorch can be held to."""
        if self.compare_train is None:
            log(f"section train is left out: {self.folder}/compare_train.py is not there")
            return
        own = self.instruction_sets()
        # The widest needs no holding; narrower ones only where PyTorch has a switch.
        for place, name in enumerate(own):
            if place and name not in HOLDING or name == "portable":
                continue
            environment = HOLDING.get(name, {}) if place else {}
            log(f"steps of training: {name}")
            for network in self.options.networks or self.compare_train.CASES:
                before = dict(os.environ)
                os.environ.update(environment)
                try:
                    kept, about = self.watch.rounds(
                        self.options.threads, self.options.rounds,
                        lambda: self.compared_round("compare_train.py", network, self.options.threads))
                finally:
                    os.environ.clear()
                    os.environ.update(before)
                best = best_of([found for found, _ in kept], key=lambda figure: figure[0])
                report = min((r for _, r in kept if r), key=lambda r: r["median_ms"], default={})
                values = best | {"ratio": ratio_of(best, [e for e in best if e != "cnnc"], key=lambda figure: figure[0])}
                yield self.figure("train", f"{name}/{network}", values, about, barrier_ns=report.get("barrier_ns"))

    def busy(self):
        """Runs beside processes that compute without end, and within quotas."""
        seconds = max(self.options.seconds, busy_machine.LEAST_SECONDS)
        threads = str(self.options.threads)
        script = os.path.join(ROOT, "scripts", "peer_times.py")
        for name in self.options.busy_models:
            def command_of(engine):
                if engine == "cnnc":
                    return [
                        self.options.cnnc, "bench", *self.spec(name), "--threads", threads, "--seconds", str(seconds),
                        "--format", "json"], {}
                return [
                    sys.executable, "-W", "ignore", script, self.folder, engine, name, threads, str(seconds)
                ], {"OMP_NUM_THREADS": threads}

            with busy_machine.on_processors(self.options.threads):
                kept, about = self.watch.rounds(
                    self.options.threads, self.options.rounds,
                    lambda: busy_machine.one_round(self.engines, command_of, log))
            values = busy_machine.middle(kept)
            for situation, engines in values["times"].items():
                log(f"{name}, {situation}: " + ", ".join(
                    f"{engine} p50 {found[0]:.1f} p99 {found[1]:.1f}" for engine, found in engines.items()))
            for situation, why in values["left_out"].items():
                log(f"{name}, {situation}: left out, since {why}")
            yield self.figure("busy", name, values, about)
