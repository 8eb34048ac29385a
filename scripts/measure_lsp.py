#!/usr/bin/env python3
"""Measures `cnnc lsp`: the time from a change to its hints and findings, memory, and the processor time of an idle server.

  scripts/measure_lsp.py --cnnc .build/release/cnnc [--changes 60] [SPEC ...]     a table for docs/editors.md

Each change is one that typing makes: a character in a comment, another digit, a line that is half written, and back. The
time ends when the hints that were asked for with the change and the findings of its version have both arrived; how long
this script takes to read them is not counted.
"""

import argparse
import os
import pathlib
import re
import subprocess
import tempfile
import time

from lsp_session import ROOT, Server, Text, uri


def status(process, key):
    """A figure of /proc/PID/status in MB."""
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"^{key}:\s*(\d+) kB", text, re.MULTILINE)[1]) * 1024 / 1e6


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def edits(text):
    """Pairs of a change and what takes it back: offsets and the new text."""
    layers = text.index("\nlayers:") if "\nlayers:" in text else 0
    digit = next((m.start() for m in re.finditer(r"(?<=: )[1-9](?=[,}\d])", text[layers:])), None)
    middle = text.rfind("\n", 0, layers + (len(text) - layers) // 2) + 1
    result = [((len(text), len(text), "# x"), (len(text), len(text) + 3, ""))]
    if digit is not None:
        digit += layers
        result.append(((digit, digit + 1, "9" if text[digit] != "9" else "8"), (digit, digit + 1, text[digit])))
    half = "  - conv: {out: 8, ker\n"
    result.append(((middle, middle, half), (middle, middle + len(half), "")))
    return result


def measured(program, path, changes):
    """Milliseconds of each change, and the server's memory behind them."""
    name, text = uri(path), path.read_bytes().decode("utf-8")
    server = Server(program, encoding="utf-8")
    times = []
    try:
        server.open(name, text)
        server.found(name)
        pairs = edits(text)
        turn = 0
        while len(times) < changes:
            for start, end, new in pairs[turn % len(pairs)]:
                place = Text(text, server.encoding).range(start, end)
                text = text[:start] + new + text[end:]
                change = server.changed(name, [{"range": place, "text": new}])
                number, request = server.request("textDocument/inlayHint", server.whole(name))
                begin = time.perf_counter()
                server.write(change, request)
                server.gather(b'"id":%d,' % number, b'"textDocument/publishDiagnostics"')
                server.result(number)
                last = server.moment
                server.found(name)
                times.append((max(last, server.moment) - begin) * 1000)
            turn += 1
        return times, status(server.process, "VmHWM"), server
    except BaseException:
        server.kill()
        raise


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--cnnc", default=ROOT / ".build/release/cnnc", type=pathlib.Path)
    arguments.add_argument("--changes", default=60, type=int)
    arguments.add_argument("--idle", default=10.0, type=float, help="seconds for which an idle server is watched")
    arguments.add_argument("specs", nargs="*", type=pathlib.Path)
    given = arguments.parse_args()
    specs = given.specs or sorted((ROOT / "specs").glob("*.yaml"))
    print("| spec | lines | p50 ms | p95 ms | most MB |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        rows = [(path, path.name) for path in specs]
        if not given.specs:
            long = pathlib.Path(folder) / "long.yaml"
            with long.open("w") as file:
                subprocess.run(["awk", "-v", "layers=10000", "-f", ROOT / "scripts/long-spec.awk"], stdout=file, check=True)
            rows.append((long, "10,000 layers, generated"))
        worst = (0.0, "")
        for path, title in rows:
            times, peak, server = measured(given.cnnc, path, given.changes)
            lines = path.read_bytes().count(b"\n")
            p95 = percentile(times, 0.95)
            print(f"| {title} | {lines:,} | {percentile(times, 0.5):.1f} | {p95:.1f} | {peak:.0f} |", flush=True)
            if path.resolve().parent == ROOT / "specs":
                worst = max(worst, (p95, title))
            if path is rows[-1][0]:
                before = processor_seconds(server.process)
                time.sleep(given.idle)
                used = processor_seconds(server.process) - before
                rest = status(server.process, "VmRSS")
            server.kill()
        print(f"\nslowest p95 of specs/: {worst[0]:.1f} ms, {worst[1]}; idle for {given.idle:.0f} s: {used:.2f} s of processor "
              f"time, {rest:.0f} MB")


if __name__ == "__main__":
    main()
