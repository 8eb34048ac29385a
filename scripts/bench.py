#!/usr/bin/env python3
"""Measures cnnc beside its peers and writes docs/performance.md, .json and .svg.

    bench.py --cnnc BINARY --shared FOLDER [--models a,b] [--only SECTION,...] [--seconds 2] [--rounds 3] [--anyway]

Run it with a Python that has the peers; SHARED/bench/compare.py says how to set one up. The sections are `probe`, `two`
(two threads), `one` (one thread), `eight` (batches of eight), `detail` (cnnc's own figures), `sets` (cnnc by instruction set
and option), `first` (from process start to the first answer, and peak memory), `train` (a step of training beside
PyTorch's, by SHARED/bench/compare_train.py) and `busy` (p50 and p99 beside busy loops and within quotas).

The page has tables for each kind of processor that was seen. A run replaces what it measures of its own kind; other sections,
networks and processors are kept, each figure with its day, commit, machine and load. With `--only none` the page is only
written anew. On a busy machine nothing is measured and the page is not written, unless `--anyway`, which marks the figures.
"""

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import time

import performance_chart
import performance_page
import performance_results
import processor
from bench_sections import (
    HELD_PEERS, HOLDING, PEERS, ROOT, SECTIONS, Bench, cnnc_json, log, missing_peers, peers_of, versions)
from busy_machine import MODELS as BUSY_MODELS
from machine_load import BusyMachine, Watch, this_system


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cnnc", default=os.path.join(ROOT, ".build/release/cnnc"))
    parser.add_argument("--shared", default=os.environ.get("CNNC_SHARED", os.path.join(ROOT, "..", "shared")))
    parser.add_argument("--models", help="default: all of compare.py; of section busy " + ", ".join(BUSY_MODELS))
    parser.add_argument("--networks", help="of section train; default: all of compare_train.py")
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections to run, joined by commas, or none")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3, help="processes for a first answer, after one to begin with")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--isa", default=os.environ.get("CNNC_ISA"),
        help="hold cnnc, and the peers that can be, to an instruction set: a table of its own; default: CNNC_ISA")
    parser.add_argument(
        "--without", default="", help="peers to do without, joined by commas; the page says so, and that it is no comparison"
        " with the best of all")
    parser.add_argument("--anyway", action="store_true", help="measure on a busy machine too, and mark the figures")
    parser.add_argument("--output", default=os.path.join(ROOT, "docs"), help="the folder of the page")
    options = parser.parse_args()
    options.specs = os.path.join(ROOT, "specs")
    options.without = [peer for peer in options.without.split(",") if peer]
    if set(options.without) - set(PEERS):
        parser.error(f"no peer called {sorted(set(options.without) - set(PEERS))[0]}; there are {', '.join(PEERS)}")
    options.sections = [] if options.only == "none" else options.only.split(",")
    unknown = sorted(set(options.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"no section called {unknown[0]}; there are {', '.join(SECTIONS)}")
    options.sections.sort(key=SECTIONS.index)
    for name in ["seconds", "rounds", "runs", "threads"]:
        if getattr(options, name) <= 0:
            parser.error(f"--{name} must be more than 0")
    return options


def module(path):
    """A Python file as a module; None if it is not there."""
    if not os.path.exists(path):
        return None
    location = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    result = importlib.util.module_from_spec(location)
    location.loader.exec_module(result)
    return result


def commit_of(cnnc):
    """The commit that the binary was built of, by its version, 0.1.0 (4d753c42); None where the build was not told it."""
    text = subprocess.run([cnnc, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\(([^)]+)\)", text)
    return found[1] if found else None


def probed(options, watch):
    """Figures of what the processor could do, on one thread and on several."""
    command = [options.cnnc, "bench", "--probe", "--format", "json", "--threads"]
    figures = []
    for threads in sorted({1, options.threads}):
        (found,), about = watch.rounds(threads, 1, lambda: cnnc_json(command + [str(threads)]))
        if not found:
            sys.exit("bench.py: cnnc bench --probe fails")
        if "instruction_sets" not in found:
            sys.exit(f"bench.py: {options.cnnc} is older than this script; `make release` builds it anew")
        log(f"the processor on {threads}: {found['peak_gflops']:.0f} GFLOP/s, {found['read_gigabytes_per_second']:.1f} GB/s")
        figures.append({"section": "probe", "threads": threads, "name": "probe", "values": found} | about)
    return figures


def refusal(found, measured):
    """What is said on a busy machine."""
    text = "bench.py: the machine is busy, "
    if measured:
        text += f"so no more is measured; of this run the page has {', '.join(measured)}:\n"
    else:
        text += "so nothing is measured, and the page stays as it is:\n"
    text += "".join(f"  - {reason}\n" for reason in found)
    return text + "End them, or wait, or measure with --anyway: the page then marks the figures."


def write_page(results, folder):
    os.makedirs(folder, exist_ok=True)
    performance_page.write(results, os.path.join(folder, "performance.md"), performance_chart.write(results, folder))


def measure(options, results, results_path, watch, measured):
    """Runs the sections; each is written when it is done, so that nothing is lost if a later one fails."""
    compare = module(os.path.join(options.shared, "bench", "compare.py"))
    if compare is None:
        sys.exit(f"bench.py: {options.shared}/bench/compare.py is not there; say where it is with CNNC_SHARED")
    compare_train = module(os.path.join(options.shared, "bench", "compare_train.py"))
    are_all = options.models is None and options.networks is None
    options.busy_models = options.models.split(",") if options.models else BUSY_MODELS
    options.models = options.models.split(",") if options.models else compare.MODELS
    options.networks = options.networks.split(",") if options.networks else None

    os.environ.pop("CNNC_ISA", None)
    watch.look(options.threads)
    about = processor.machine()
    probe = cnnc_json([options.cnnc, "bench", "--probe", "--format", "json", "--threads", "1"])
    options.instruction_sets = (probe or {}).get("instruction_sets") or []
    widest = options.instruction_sets[-1] if options.instruction_sets else None
    if options.isa and options.isa not in options.instruction_sets:
        sys.exit(f"bench.py: this processor has no {options.isa}; it has {', '.join(options.instruction_sets)}")
    # To be held to what one would take anyway is no holding.
    options.isa = None if options.isa == widest else options.isa
    found = versions(peers_of(options))
    if missing := missing_peers(options, found):
        # A peer that is not there cannot be the fastest, which would pass for cnnc's merit.
        sys.exit(
            f"bench.py: {sys.executable} has no {' and no '.join(missing)}; compare.py says how to set the peers up, and"
            f" --without {','.join(missing)} measures without")
    if options.isa:
        os.environ.update({"CNNC_ISA": options.isa} | HOLDING.get(options.isa, {}))
    probes = probed(options, watch)
    bench = Bench(options, watch, compare, compare_train, probes)
    run = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()), "commit": commit_of(options.cnnc), "machine": about,
        "barrier": next((p["values"]["barrier"] for p in probes if p["threads"] > 1), None),
        "instruction_set": probes[-1]["values"]["instruction_set"], "versions": found,
        "seconds": options.seconds, "rounds": options.rounds}
    if options.without:
        run["without"] = options.without
    if options.isa:
        run["not_held"] = " and ".join(peer for peer in PEERS if peer not in HELD_PEERS.get(options.isa, []))
    kind = processor.kind(about, options.instruction_sets, options.isa)
    entry = performance_results.entry_of(results, kind)
    log(f"{processor.title(entry['kind'])}; commit {run['commit'] or 'unknown'}; a thread that waits {run['barrier']}")
    for section in options.sections:
        log(f"== {section}")
        watch.look(options.threads)
        figures, busy = [], None
        try:
            for figure in bench.figures(section):
                figures.append(figure)
        except BusyMachine as found:
            busy = found
        if figures:
            threads = 1 if section == "one" else options.threads
            whole = (section, threads) if are_all and busy is None else None
            performance_results.add(entry, run, figures, whole)
            performance_results.save(results, results_path)
            write_page(results, options.output)
            measured.append(section if busy is None else f"{section} up to {figures[-1]['name']}")
        if busy:
            raise busy


def main():
    options = arguments()
    results_path = os.path.join(options.output, "performance.json")
    results = performance_results.load(results_path)
    os.makedirs(options.output, exist_ok=True)
    if not options.sections:
        performance_results.save(results, results_path)
        write_page(results, options.output)
        return
    measured = []
    try:
        measure(options, results, results_path, Watch(this_system(), options.anyway, log=log), measured)
    except BusyMachine as busy:
        sys.exit(refusal(busy.reasons, measured))


if __name__ == "__main__":
    main()
