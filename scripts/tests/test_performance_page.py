import os
import tempfile
import unittest
import xml.etree.ElementTree

from tests import old_results
import performance_chart
import performance_page as page
import performance_results as store
import processor

LOAD = {"processors": 2, "others": 0.03, "steal": 0.02, "load_average": [0.5, 1.9], "before": {"others": 0.01, "steal": 0.0}}
KIND = processor.kind(old_results.ZEN5 | {"family": "26", "model": "2"}, ["portable", "avx2", "avx512"])


def run(**changes):
    return {
        "date": "2026-11-30", "commit": "4d753c42", "machine": old_results.ZEN5, "versions": old_results.VERSIONS,
        "barrier": "spins 4000 times, then sched_yield", "instruction_set": "avx512", "seconds": 2.0, "rounds": 3} | changes


def figure(section, name, values, threads=2, load=LOAD, **more):
    return {"section": section, "threads": threads, "name": name, "values": values, "load": load} | more


def entry(*figures, kind=None, of=None):
    result = {"kind": kind or dict(KIND), "runs": [], "figures": []}
    store.add(result, of or run(), figures)
    return result


def lines_of(*entries):
    return page.measured({"processors": list(entries)}, {})


class Pages(unittest.TestCase):
    def assertHas(self, line, lines):
        self.assertIn(line, lines, "\n".join(lines))

    def test_a_migrated_page_has_every_figure_with_its_processor(self):
        lines = lines_of(*store.migrated(old_results.results())["processors"])
        text = "\n".join(lines)
        second = text.index("## AMD EPYC (L1d 32 KiB")
        for row in [
            "| `resnet50` | 16.18 | 18.43 | **17.68** | – | 25.30 | 0.92 | – | – |",
            "| `resnet50` | 28.60 | 30.85 | **30.10** | – | 37.73 | 0.95 | – | – |",
            "| `resnet50` | 118.20 | 120.45 | **119.70** | – | 127.33 | 0.99 | – | – |",
            "| `resnet50` | 8.07 | 77.0 | 100 | 481 | 517 | 107 % | 107 % | 41 | – |",
            "| `resnet50` | 3.0 | 77.0 | 23 | 41 | – |",
            "| `resnet50` | 15.67 | 2.00 | 4.64 | 1.22 | 1.62 | – | – |",
            "| `resnet50` | 49 | 149 | 249 | – | 349 | 0.33 | – |",
            "| `resnet50` | 30 | 130 | 230 | – | 330 | 0.23 |",
            "Peaks, GFLOP/s: avx512 487, avx2 239, portable 104.",
        ]:
            self.assertHas(row, lines)
            self.assertLess(text.index(row), second)
        for row in [
            "| `lenet5` | 5.7 | 10.3 | 0.55 | 52 | 716 | 0.07 | – | – |",
            "| `lenet5` | 5.8 | 9.4 | 0.62 | 51 | 718 | 0.07 | – | – |", "With AVX-512:", "Held to AVX2:"]:
            self.assertHas(row, lines)
            self.assertGreater(text.index(row), second)
        self.assertIn("- Run 1: 2026-11-21, commit not recorded; AMD EPYC, 2 processors", text)
        self.assertIn("How threads wait was not recorded.", text)
        self.assertNotIn("†", text)
        self.assertHas("| AMD EPYC (L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2 | 0.86 (0.92) | 0.90 (0.95) | 0.95 (0.99) | – |", lines)

    def test_a_figure_says_barrier_and_load_and_its_run_the_rest(self):
        lines = lines_of(entry(figure("two", "resnet50", old_results.times(15.0), barrier_ns=29.6)))
        self.assertHas("| `resnet50` | 15.00 | 17.25 | **16.50** | – | 24.12 | 0.91 | 30 | 0.03 + 0.02 |", lines)
        self.assertHas(
            "Run 1. Others took at most 0.03 of 2 processors, and 0.01 before; the host took 0.02; load averages 0.5 to 1.9.",
            lines)
        (told,) = [line for line in lines if line.startswith("- Run 1")]
        for part in [
            "2026-11-30", "commit 4d753c42", "AMD EPYC", "L3 32 MiB", "Linux 6.18", "spins 4000 times, then sched_yield",
            "ONNX Runtime 1.31.1", "3 rounds of 2 seconds"]:
            self.assertIn(part, told)
        self.assertHas("## AMD EPYC (family 26, model 2, L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2", lines)

    def test_one_thread_has_no_barrier(self):
        lines = lines_of(entry(figure("one", "a", old_results.times(15.0), threads=1, barrier_ns=0)))
        self.assertTrue(any(line.startswith("| `a` |") and line.endswith("| – | 0.03 + 0.02 |") for line in lines))

    def test_a_busy_machine_is_marked_at_the_figure_below_and_in_the_overview(self):
        busy = {"processes": ["swift-frontend", "cc1"], "quota": None}
        lines = lines_of(entry(
            figure("two", "a", old_results.times(15.0), busy=busy), figure("two", "b", old_results.times(16.0)),
            figure("one", "a", old_results.times(17.0), threads=1, busy={"processes": [], "quota": 1.5})))
        self.assertEqual(len([line for line in lines if line.startswith("| `a` † |")]), 2)
        self.assertTrue(any(line.startswith("| `b` |") for line in lines))
        self.assertHas("† **Taken on a busy machine** beside `cc1`, `swift-frontend`.", lines)
        self.assertHas("† **Taken on a busy machine**, within a quota of 1.5 processors.", lines)
        overview = next(line for line in lines if line.startswith("| AMD EPYC"))
        self.assertEqual(overview.count("†"), 2)

    def test_rows_of_another_run_are_named(self):
        of = entry(figure("two", "a", old_results.times(1)), figure("two", "b", old_results.times(2)))
        store.add(of, run(date="2026-12-01"), [figure("two", "b", old_results.times(3)), figure("two", "c", old_results.times(4))])
        store.add(of, run(date="2026-12-02"), [figure("two", "c", old_results.times(4))])
        store.add(of, run(date="2026-12-01"), [figure("two", "d", old_results.times(4))])
        lines = lines_of(of)
        self.assertTrue(any(line.startswith("Run 2; of run 1: `a`; of run 3: `c`.") for line in lines), lines)

    def test_a_run_that_is_held_says_who_could_not_be(self):
        kind = processor.kind(old_results.ZEN5, ["portable", "avx2", "avx512"], "avx2")
        lines = lines_of(entry(
            figure("train", "avx2/lenet5", {"cnnc": [5.0, 50.0], "torch": [10.0, 700.0], "ratio": 0.5}), kind=kind,
            of=run(not_held="onnxruntime and ncnn")))
        self.assertTrue(any("Held to AVX2 (onnxruntime and ncnn cannot be held and are left out)." in line for line in lines))
        self.assertHas("## AMD EPYC (L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2, held to AVX2", lines)
        # The widest that it may take.
        self.assertHas("With AVX2:", lines)

    def test_numbers_of_threads_have_tables_of_their_own(self):
        lines = lines_of(entry(
            figure("two", "a", old_results.times(1)), figure("two", "a", old_results.times(2), threads=4)))
        self.assertHas("### One image, 2 threads", lines)
        self.assertHas("### One image, 4 threads", lines)

    def test_busy_machines(self):
        values = {
            "times": {
                "quiet": {"cnnc": [10.0, 12.0, 500], "onnxruntime": [12.0, 13.0, 400]},
                "1 busy loop": {"cnnc": [15.0, 40.0, 300], "onnxruntime": [24.0, 30.0, 200]},
                "quota 0.5": {"cnnc": [50.0, 100.0, 100]}},
            "left_out": {"quota 1.5": "/sys/fs/cgroup cannot be written: Permission denied"}}
        lines = lines_of(entry(figure("busy", "resnet50", values)))
        self.assertHas("| p50, ms | quiet | 1 busy loop | quota 0.5 | others |", lines)
        self.assertHas("| `resnet50` cnnc | 10.0 | 15.0 (1.5 ×) | 50.0 (5.0 ×) | 0.03 + 0.02 |", lines)
        self.assertHas("| `resnet50` ONNX Runtime | 12.0 | 24.0 (2.0 ×) | – | 0.03 + 0.02 |", lines)
        # Over the quiet p50, not the quiet p99.
        self.assertHas("| `resnet50` cnnc | 12.0 | 40.0 (4.0 ×) | 100.0 (10.0 ×) | 0.03 + 0.02 |", lines)
        self.assertHas("| geometric mean, cnnc |  | 4.00 × | 10.00 × |  |", lines)
        self.assertHas("Left out: quota 1.5, since /sys/fs/cgroup cannot be written: Permission denied.", lines)

    def test_nothing_measured_is_an_empty_part(self):
        self.assertEqual(page.measured({"processors": []}, {}), [])


class Writing(unittest.TestCase):
    def test_what_stands_outside_of_the_marks_stays(self):
        results = {"processors": [entry(figure("two", "a", old_results.times(15.0)))]}
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "performance.md")
            page.write(results, path, {})
            with open(path) as file:
                text = file.read()
            self.assertTrue(text.startswith("# Performance\n\ncnnc beside four runtimes"))
            changed = "Mine.\n" + text.replace("15.00", "99.00") + "Also mine.\n"
            with open(path, "w") as file:
                file.write(changed)
            page.write(results, path, {})
            with open(path) as file:
                self.assertEqual(file.read(), "Mine.\n" + text + "Also mine.\n")
            with open(path, "w") as file:
                file.write("no marks")
            with self.assertRaises(SystemExit):
                page.write(results, path, {})

    def test_a_picture_for_each_processor_with_figures_of_two_threads(self):
        busy = {"processes": ["x"], "quota": None}
        results = {"processors": [
            entry(figure("one", "a", old_results.times(15.0), threads=1)), entry(figure("two", "a", old_results.times(15.0))),
            entry(figure("two", "<b>", old_results.times(3.0), busy=busy))]}
        with tempfile.TemporaryDirectory() as folder:
            charts = performance_chart.write(results, folder)
            self.assertEqual(charts, {1: "performance.svg", 2: "performance-2.svg"})
            texts = []
            for name in charts.values():
                tree = xml.etree.ElementTree.parse(os.path.join(folder, name))
                texts.append(" ".join(tree.getroot().itertext()))
            self.assertIn("geometric mean 0.91", texts[0])
            self.assertIn("family 26", texts[0])
            self.assertNotIn("busy", texts[0])
            self.assertIn("on a busy machine", texts[1])
            lines = page.measured(results, charts)
            self.assertEqual([line for line in lines if line.startswith("![")], [
                "![Time of cnnc over the fastest peer's](performance.svg)",
                "![Time of cnnc over the fastest peer's](performance-2.svg)"])


if __name__ == "__main__":
    unittest.main()
