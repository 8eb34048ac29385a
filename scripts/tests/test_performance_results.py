import json
import os
import tempfile
import unittest

from tests import old_results
import performance_results as store
import processor


def numbers(value):
    """All numbers in a document, those of names excepted."""
    if isinstance(value, dict):
        return [n for v in value.values() for n in numbers(v)]
    if isinstance(value, list):
        return [n for v in value for n in numbers(v)]
    return [value] if isinstance(value, (int, float)) else []


class Migration(unittest.TestCase):
    def setUp(self):
        self.old = old_results.results()
        self.new = store.migrated(json.loads(json.dumps(self.old)))

    def test_no_figure_is_lost_and_none_is_made_up(self):
        sections = {key: self.old[key] for key in store.ALL_SECTIONS}
        figures = [f["values"] for entry in self.new["processors"] for f in entry["figures"]]
        before = sorted(numbers(sections))
        # What stood once for a section: the runs of a first answer (now with each network), the threads of training.
        before.remove(self.old["train"]["threads"])
        self.assertEqual(sorted(numbers(figures)), before)

    def test_each_processor_has_its_own_figures(self):
        first, second = self.new["processors"]
        self.assertEqual(processor.title(first["kind"]), "AMD EPYC (L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2")
        self.assertEqual(processor.title(second["kind"]), "AMD EPYC (L1d 32 KiB, L2 1024 KiB): AVX-512 and AVX2")
        self.assertEqual({f["section"] for f in second["figures"]}, {"train"})
        self.assertEqual([f["name"] for f in second["figures"]], ["avx512/lenet5", "avx2/lenet5"])
        self.assertEqual({f["section"] for f in first["figures"]}, set(store.ALL_SECTIONS) - {"train"})
        (run,) = second["runs"]
        self.assertEqual((run["date"], run["seconds"], run["versions"]["onnxruntime"]), ("2026-11-29", 2.0, "1.32.0"))
        self.assertIsNone(run["commit"])
        self.assertEqual([r["date"] for r in first["runs"]], ["2026-11-21"])

    def test_threads(self):
        first = self.new["processors"][0]
        self.assertEqual(store.threads_of(first, "one"), [1])
        self.assertEqual(store.threads_of(first, "two"), [2])
        self.assertEqual(store.threads_of(first, "probe"), [1, 2])

    def test_an_unknown_section_is_not_dropped_in_silence(self):
        with self.assertRaises(SystemExit):
            store.figures_of_section("other", {}, 2)

    def test_a_file_of_format_1_is_brought_to_2_and_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "performance.json")
            with open(path, "w") as file:
                json.dump(self.old, file)
            results = store.load(path)
            self.assertEqual(results, self.new)
            store.save(results, path)
            self.assertEqual(store.load(path), self.new)
            with open(path, "w") as file:
                json.dump({"format": 3}, file)
            with self.assertRaises(SystemExit):
                store.load(path)
            self.assertEqual(store.load(path + ".none"), {"format": 2, "processors": []})


def figure(name, value, section="two", threads=2):
    return {"section": section, "threads": threads, "name": name, "values": {"cnnc": value}}


class Merging(unittest.TestCase):
    def entry(self, *figures, run=None):
        entry = {"kind": {}, "runs": [], "figures": []}
        store.add(entry, run or {"date": "1"}, figures)
        return entry

    def values(self, entry):
        return {store.identity(f): (f["values"]["cnnc"], entry["runs"][f["run"]]["date"]) for f in entry["figures"]}

    def test_what_is_measured_again_is_replaced_and_the_rest_kept(self):
        entry = self.entry(figure("a", 1), figure("b", 2), figure("a", 3, "one", 1))
        store.add(entry, {"date": "2"}, [figure("b", 20), figure("c", 30)])
        self.assertEqual(self.values(entry), {
            ("two", 2, "a"): (1, "1"), ("two", 2, "b"): (20, "2"), ("one", 1, "a"): (3, "1"), ("two", 2, "c"): (30, "2")})
        self.assertEqual([f["name"] for f in entry["figures"]], ["a", "b", "a", "c"])

    def test_a_whole_section_leaves_nothing_of_the_former(self):
        entry = self.entry(figure("a", 1), figure("b", 2), figure("a", 3, "one", 1), figure("a", 4, threads=4))
        store.add(entry, {"date": "2"}, [figure("b", 20)], whole=("two", 2))
        self.assertEqual(set(self.values(entry)), {("two", 2, "b"), ("one", 1, "a"), ("two", 4, "a")})

    def test_the_same_run_is_there_once_and_one_without_figures_goes(self):
        entry = self.entry(figure("a", 1))
        store.add(entry, {"date": "2"}, [figure("b", 2)])
        store.add(entry, {"date": "2"}, [figure("c", 3)])
        self.assertEqual(len(entry["runs"]), 2)
        store.add(entry, {"date": "2"}, [figure("a", 4)])
        store.drop_unused_runs(entry)
        self.assertEqual([r["date"] for r in entry["runs"]], ["2"])
        self.assertEqual({v[1] for v in self.values(entry).values()}, {"2"})

    def test_a_known_kind_is_found_and_filled_in_and_a_new_one_added(self):
        results = store.migrated(old_results.results())
        about = old_results.ZEN5 | {"family": "26", "model": "2"}
        entry = store.entry_of(results, processor.kind(about, ["portable", "avx2", "avx512"]))
        self.assertIs(entry, results["processors"][0])
        self.assertEqual(entry["kind"]["family"], "26")
        # Now that it is known, another family is another kind.
        other = store.entry_of(results, processor.kind(about | {"family": "27"}, ["portable", "avx2", "avx512"]))
        self.assertIs(other, results["processors"][2])
        self.assertEqual(other["figures"], [])
        held = store.entry_of(results, processor.kind(about, ["portable", "avx2", "avx512"], "avx2"))
        self.assertIs(held, results["processors"][3])


if __name__ == "__main__":
    unittest.main()
