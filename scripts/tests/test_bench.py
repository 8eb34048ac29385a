import contextlib
import io
import json
import os
import stat
import sys
import tempfile
import unittest
from unittest import mock

from tests import old_results, planted
import bench
import bench_sections

# Times are by the number of the call: of three rounds the second is the shortest.
CNNC = """#!/usr/bin/env python3
import json, os, sys
arguments = sys.argv[1:]
if arguments == ["--version"]:
    print("0.1.0 (4d753c42-dirty)")
    sys.exit()
threads = int(arguments[arguments.index("--threads") + 1])
isa = os.environ.get("CNNC_ISA", "avx512")
common = {"threads": threads, "instruction_set": isa, "barrier_ns": 31.0 * (threads - 1),
          "barrier": "spins, then sleeps" if threads > 1 else None}
if "--probe" in arguments:
    print(json.dumps(common | {"instruction_sets": SETS, "peak_gflops": 200.0 * threads, "read_gigabytes_per_second": 9.0}))
    sys.exit()
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "calls")
calls = len(open(path).read()) if os.path.exists(path) else 0
open(path, "a").write("x")
median = [10.0, 8.0][calls % 2]
print(json.dumps(common | {"model": "M", "median_ms": median, "barrier_ns": 100 + median, "gflops": 100.0, "p99_ms": 12.0,
    "runs": 5, "arena_bytes": 1 << 20, "weight_bytes": 1 << 20, "plan_ms": 2.0}))
""".replace("#!/usr/bin/env python3", f"#!{sys.executable} -IS")
COMPARE = """
import argparse, json, subprocess
MODELS = ["resnet50", "alexnet"]
def spec_arguments(specs, name): return [f"{specs}/{name}.yaml"]
if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for name in ["cnnc", "specs", "models", "threads", "seconds", "rounds", "batch", "json", "engines"]:
        p.add_argument("--" + name)
    a = p.parse_args()
    command = [a.cnnc, "bench", *spec_arguments(a.specs, a.models), "--threads", a.threads, "--format", "json"]
    ms = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["median_ms"]
    assert a.rounds == "1"
    found = {e: {"cnnc": ms, "openvino": 16.0, "torch": 32.0}.get(e) for e in a.engines.split(",")}
    json.dump({a.models: found | {"ratio": 99}}, open(a.json, "w"))
"""
TRAIN = """
import argparse, json, os, subprocess
CASES = {"lenet5": 1}
if __name__ == "__main__":
    p = argparse.ArgumentParser()
    for name in ["cnnc", "specs", "models", "threads", "seconds", "rounds", "json"]:
        p.add_argument("--" + name)
    a = p.parse_args()
    command = [a.cnnc, "bench", a.models, "--train", "--threads", a.threads, "--format", "json"]
    ms = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["median_ms"]
    last = 30.0 if os.environ.get("ONEDNN_MAX_CPU_ISA") == "AVX2" else 20.0
    json.dump({a.models: {"cnnc": [ms, 50.0], "torch": [40.0, 600.0], "torch_last": [last, 700.0], "ratio": 99}}, open(a.json, "w"))
"""


class Runs(unittest.TestCase):
    """Whole runs of bench.py with a cnnc, a compare.py and a machine that are made up."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = {name: os.path.join(self.folder, name) for name in ["cnnc", "docs"]}
        planted.write(self.folder, "shared/bench/compare.py", COMPARE)
        self.plant_cnnc(["portable", "avx2", "avx512"])
        os.makedirs(self.path["docs"])
        self.about = old_results.ZEN5
        self.versions = {peer: "1.0" for peer in bench_sections.PEERS}

    def plant_cnnc(self, sets):
        planted.write(self.folder, "cnnc", CNNC.replace("SETS", json.dumps(sets)))
        os.chmod(self.path["cnnc"], stat.S_IRWXU)

    def run_bench(self, *arguments, loads=((0.02, 0.0),), quota=None, environment=None):
        """The text of the page, and what was said."""
        command = [
            "bench.py", "--cnnc", self.path["cnnc"], "--shared", os.path.join(self.folder, "shared"), "--output",
            self.path["docs"], "--rounds", "2", *arguments]
        said = io.StringIO()
        real = {k: v for k, v in os.environ.items() if k != "CNNC_ISA"}
        with mock.patch.object(sys, "argv", command), mock.patch.object(bench.processor, "machine", lambda: self.about), \
                mock.patch.object(bench, "versions", lambda peers: {p: self.versions.get(p) for p in peers}), \
                mock.patch.object(bench, "this_system", lambda: planted.System(list(loads), quota)), \
                mock.patch.dict(os.environ, real | (environment or {}), clear=True), \
                mock.patch.object(bench.Watch, "look", quick(bench.Watch.look)), contextlib.redirect_stderr(said):
            bench.main()
        return self.page(), said.getvalue()

    def page(self):
        with open(os.path.join(self.path["docs"], "performance.md")) as file:
            return file.read()

    def files(self):
        found = {}
        for name in os.listdir(self.path["docs"]):
            with open(os.path.join(self.path["docs"], name)) as file:
                found[name] = file.read()
        return found

    def results(self):
        with open(os.path.join(self.path["docs"], "performance.json")) as file:
            return json.load(file)

    def test_a_run_on_a_quiet_machine(self):
        text, said = self.run_bench("--only", "two,one,probe", "--rounds", "3")
        # The smallest of three rounds, with the barrier of that round, over the best peer.
        for name in ["resnet50", "alexnet"]:
            self.assertIn(f"| `{name}` | 8.00 | **16.00** | – | – | 32.00 | 0.50 | 108 | 0.02 |", text)
            self.assertIn(f"| `{name}` | 8.00 | **16.00** | – | – | 32.00 | 0.50 | – | 0.02 |", text)
        self.assertIn("commit 4d753c42-dirty", text)
        self.assertIn("A thread that waits spins, then sleeps.", text)
        self.assertIn("The processor on 2 threads: 400 GFLOP/s", text)
        self.assertIn("AMD EPYC (L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2; commit 4d753c42-dirty", said)
        self.assertIn("barrier_ns 108; others 0.02 of 2 processors", said)
        self.assertTrue(os.path.exists(os.path.join(self.path["docs"], "performance.svg")))

    def test_a_busy_machine_leaves_page_and_figures_as_they_are(self):
        self.run_bench("--only", "two")
        before = self.files()
        # Nothing is run either: there is nothing to run.
        os.remove(self.path["cnnc"])
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two,one", loads=[(0.9, 0.0)])
        text = str(raised.exception)
        self.assertIn("the machine is busy, so nothing is measured, and the page stays as it is:", text)
        self.assertIn("other processes take 0.90 of 2 processors, and 0.10 is quiet: swift-frontend (process 4711) 0.90", text)
        self.assertIn("--anyway", text)
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two", quota=1.5)
        self.assertIn("a cgroup's quota leaves 1.5 of 2 processors", str(raised.exception))
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two", loads=[(0.0, 0.5)])
        self.assertIn("steal", str(raised.exception))
        after = self.files()
        self.assertEqual(after, before)

    def test_a_machine_that_gets_busy_keeps_what_was_measured_in_quiet(self):
        # Two looks, two probes and two rounds of the first network; then somebody builds.
        quiet = [(0.02, 0.0)] * 6
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two,one", loads=[*quiet, (0.9, 0.0)])
        self.assertIn("of this run the page has two up to resnet50:", str(raised.exception))
        text = self.page()
        self.assertIn("| `resnet50` | 8.00", text)
        self.assertNotIn("alexnet", text)
        self.assertNotIn("†", text)

    def test_anyway_measures_and_marks(self):
        text, said = self.run_bench("--only", "two", "--models", "resnet50", "--anyway", loads=[(0.9, 0.0)])
        self.assertIn("| `resnet50` † | 8.00", text)
        self.assertIn("† **Taken on a busy machine** beside `swift-frontend`.", text)
        self.assertIn("BUSY", said)
        # A quiet run of the same takes the mark away.
        text, _ = self.run_bench("--only", "two", "--models", "resnet50")
        self.assertNotIn("†", text)

    def test_another_processor_adds_tables_and_a_known_one_replaces_its_own(self):
        with open(os.path.join(self.path["docs"], "performance.json"), "w") as file:
            json.dump(old_results.results(), file)
        text, _ = self.run_bench("--only", "none")
        self.assertIn("| `alexnet` | 6.37", text)
        # The processor of the old figures: what was measured is new, other networks and sections stay.
        text, _ = self.run_bench("--only", "two", "--models", "resnet50")
        self.assertEqual(len(self.results()["processors"]), 2)
        for row in ["| `resnet50` | 8.00 | **16.00** ", "| `alexnet` | 6.37 ", "| `resnet50` | 28.60 ", "| `lenet5` | 5.7 "]:
            self.assertIn(row, text)
        self.assertNotIn("| `resnet50` | 16.18", text)
        self.assertIn("Run 1; of run 2: `resnet50`.", text)
        # Another one.
        self.about = old_results.ZEN5 | {"processor": "Intel Xeon", "family": "6", "model": "143"}
        text, _ = self.run_bench("--only", "two")
        self.assertEqual(len(self.results()["processors"]), 3)
        for row in ["| `alexnet` | 6.37 ", "| `alexnet` | 8.00 ", "## Intel Xeon (family 6, model 143, L1d 48 KiB"]:
            self.assertIn(row, text)
        self.assertTrue(os.path.exists(os.path.join(self.path["docs"], "performance-2.svg")))
        # A whole section leaves no networks that are no longer measured.
        self.about = old_results.ZEN5
        text, _ = self.run_bench("--only", "two")
        self.assertEqual(len(self.results()["processors"]), 3)
        self.assertNotIn("| `alexnet` | 6.37 ", text)
        self.assertIn("| `alexnet` | 8.54 ", text)

    def test_a_run_held_to_an_instruction_set_has_tables_and_peers_of_its_own(self):
        self.run_bench("--only", "two")
        text, _ = self.run_bench("--only", "two,detail", "--isa", "avx2")
        self.assertIn("## AMD EPYC (L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2, held to AVX2", text)
        self.assertIn("Held to AVX2 (onnxruntime and ncnn cannot be held and are left out).", text)
        first, second = self.results()["processors"]
        self.assertEqual(set(second["figures"][0]["values"]), {"cnnc", "openvino", "torch", "ratio"})
        self.assertEqual(set(first["figures"][0]["values"]), {"cnnc", "openvino", "onnxruntime", "ncnn", "torch", "ratio"})
        (detail,) = [f for f in second["figures"] if f["section"] == "detail" and f["name"] == "alexnet"]
        self.assertEqual(detail["values"]["instruction_set"], "avx2")
        self.assertEqual(second["runs"][0]["instruction_set"], "avx2")
        # The environment says the same, and the widest is no holding.
        self.run_bench("--only", "two", environment={"CNNC_ISA": "avx2"})
        self.run_bench("--only", "two", environment={"CNNC_ISA": "avx512"})
        self.assertEqual([p["kind"]["held_to"] for p in self.results()["processors"]], [None, "avx2"])
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two", "--isa", "neon")
        self.assertIn("this processor has no neon; it has portable, avx2, avx512", str(raised.exception))

    def test_instruction_sets_in_turn(self):
        text, _ = self.run_bench("--only", "sets", "--models", "resnet50", "--rounds", "3")
        self.assertIn("Peaks, GFLOP/s: avx512 400, avx2 400, portable 400.", text)
        self.assertIn("| `resnet50` | 8.00 | 1.00 | 1.00 | 1.00 | 1.00 | 108 | 0.02 |", text)

    def test_training_by_instruction_sets(self):
        planted.write(self.folder, "shared/bench/compare_train.py", TRAIN)
        text, _ = self.run_bench("--only", "train")
        self.assertIn("| `lenet5` | 8.0 | 20.0 | 0.40 | 50 | 700 | 0.07 | 108 | 0.02 |", text)
        sections = text.split("Held to AVX2:")
        self.assertIn("With AVX-512:", sections[0])
        figures = self.results()["processors"][0]["figures"]
        self.assertEqual([f["name"] for f in figures], ["avx512/lenet5", "avx2/lenet5"])
        # What holds PyTorch was there for the second alone.
        self.assertEqual([f["values"]["torch_last"][0] for f in figures], [20.0, 30.0])

    def test_a_peer_that_is_not_there_is_no_slow_peer(self):
        del self.versions["ncnn"]
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two")
        self.assertIn(f"{sys.executable} has no ncnn; ", str(raised.exception))
        self.assertIn("--without ncnn measures without", str(raised.exception))
        self.assertEqual(os.listdir(self.path["docs"]), [])
        # What needs no peer, or could not be held, does not ask for it.
        self.run_bench("--only", "detail", "--models", "resnet50")
        self.run_bench("--only", "two", "--models", "resnet50", "--isa", "avx2")
        text, _ = self.run_bench("--only", "two", "--models", "resnet50", "--without", "ncnn")
        self.assertIn("Peers: OpenVINO 1.0, ONNX Runtime 1.0, PyTorch 1.0. **Without ncnn**, which may be the fastest.", text)
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
            self.run_bench("--only", "two", "--without", "nncn")

    def test_an_older_cnnc_is_told(self):
        self.plant_cnnc(["portable"])
        with open(self.path["cnnc"]) as file:
            text = file.read().replace('"instruction_sets"', '"other"')
        with open(self.path["cnnc"], "w") as file:
            file.write(text)
        with self.assertRaises(SystemExit) as raised:
            self.run_bench("--only", "two")
        self.assertIn("older than this script", str(raised.exception))

    def test_an_unknown_section_is_told(self):
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as said:
            self.run_bench("--only", "two,three")
        del said


def quick(look):
    """Looks without waiting."""
    def result(self, threads, seconds=1.5):
        self.sleep = lambda seconds: None
        return look(self, threads, seconds)

    return result


class Values(unittest.TestCase):
    def test_the_best_of_rounds(self):
        self.assertEqual(
            bench_sections.best_of([{"a": 2, "b": None}, {"a": 1, "b": None}, {"a": 3, "c": 4}]), {"a": 1, "b": None, "c": 4})
        best = bench_sections.best_of([{"cnnc": [2, 9]}, {"cnnc": [1, 10]}], key=lambda figure: figure[0])
        self.assertEqual(best, {"cnnc": [1, 10]})

    def test_ratios(self):
        self.assertEqual(bench_sections.ratio_of({"cnnc": 1.0, "torch": 4.0, "ncnn": 2.0}, ["torch", "ncnn", "x"]), 0.5)
        self.assertIsNone(bench_sections.ratio_of({"cnnc": 1.0}, ["torch"]))
        self.assertIsNone(bench_sections.ratio_of({"cnnc": None, "torch": 1.0}, ["torch"]))

    def test_a_recorder_is_cnnc_and_keeps_what_it_prints(self):
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "it's"))
            cnnc = os.path.join(folder, "it's", "cnnc")
            planted.write(folder, "it's/cnnc", '#!/bin/sh\n[ "$1" = fail ] && exit 3\necho "{\\"a\\": \\"$1\\"}"\n')
            os.chmod(cnnc, stat.S_IRWXU)
            recorder = bench_sections.Recorder(cnnc, folder)
            self.assertEqual(recorder.reports(), [])
            for text in ["b c", "d"]:
                run = bench_sections.subprocess.run([recorder.path, text], capture_output=True, text=True)
                self.assertEqual(run.stdout, f'{{"a": "{text}"}}\n')
            self.assertEqual(bench_sections.subprocess.run([recorder.path, "fail"]).returncode, 3)
            self.assertEqual(recorder.reports(), [{"a": "b c"}, {"a": "d"}])


if __name__ == "__main__":
    unittest.main()
