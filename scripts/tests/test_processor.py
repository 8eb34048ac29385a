import unittest

from tests import planted  # noqa: F401
import processor

LSCPU = """\
Architecture:                            x86_64
CPU(s):                                  2
Model name:                              AMD EPYC
CPU family:                              26
Model:                                   2
L1d cache:                               96 KiB (2 instances)
L2 cache:                                2 MiB (2 instances)
L3 cache:                                32 MiB (1 instance)
"""
SYSCTL = "machdep.cpu.brand_string: Apple M2\nhw.ncpu: 8\nhw.l1dcachesize: 65536\nhw.l2cachesize: 4194304\n"


class Machines(unittest.TestCase):
    def test_lscpu(self):
        about = processor.from_lscpu(LSCPU)
        self.assertEqual(about["processor"], "AMD EPYC")
        self.assertEqual((about["family"], about["model"], about["processors"]), ("26", "2", "2"))
        self.assertEqual(about["caches"]["L2"], "2 MiB (2 instances)")

    def test_sysctl(self):
        about = processor.from_sysctl(SYSCTL)
        self.assertEqual(about, {
            "processor": "Apple M2", "processors": "8", "caches": {"L1d": "64 KiB", "L2": "4096 KiB"}})

    def test_nothing_is_known_without_lscpu(self):
        self.assertEqual(processor.from_lscpu(""), {"processor": "unknown", "processors": "", "caches": {}})

    def test_sizes_are_those_of_one_cache(self):
        self.assertEqual(processor.kibibytes("96 KiB (2 instances)"), 48)
        self.assertEqual(processor.kibibytes("2 MiB (2 instances)"), 1024)
        self.assertEqual(processor.kibibytes("32 MiB (1 instance)"), 32768)
        self.assertEqual(processor.kibibytes("64 KiB"), 64)
        self.assertEqual(processor.kibibytes("1.5 MiB (3 instances)"), 512)
        self.assertIsNone(processor.kibibytes("unknown"))


class Kinds(unittest.TestCase):
    def kind(self, sets=("portable", "avx2", "avx512"), held=None, **changes):
        return processor.kind(processor.from_lscpu(LSCPU) | {"architecture": "x86_64"} | changes, sets, held)

    def test_features_come_from_the_widest(self):
        self.assertEqual(self.kind()["features"], ["avx512", "avx2"])
        self.assertEqual(self.kind(["portable", "neon"])["features"], ["neon"])
        self.assertEqual(self.kind(["portable"])["features"], [])
        self.assertIsNone(self.kind([])["features"])

    def test_kinds_differ_by_features_family_caches_and_holding(self):
        self.assertTrue(processor.is_same(self.kind(), self.kind(processors="64")))
        self.assertFalse(processor.is_same(self.kind(), self.kind(["portable", "avx2"])))
        self.assertFalse(processor.is_same(self.kind(), self.kind(held="avx2")))
        # One name for several generations.
        self.assertFalse(processor.is_same(self.kind(), self.kind(family="25")))
        self.assertFalse(processor.is_same(self.kind(), self.kind(caches={"L1d": "64 KiB (2 instances)"})))
        self.assertFalse(processor.is_same(self.kind(), self.kind(processor="AMD EPYC 7B13")))

    def test_what_older_figures_do_not_say_is_no_difference(self):
        self.assertTrue(processor.is_same(self.kind(family=None, model=None), self.kind()))
        self.assertTrue(processor.is_same(self.kind(caches={}), self.kind()))

    def test_titles(self):
        self.assertEqual(
            processor.title(self.kind()), "AMD EPYC (family 26, model 2, L1d 48 KiB, L2 1024 KiB): AVX-512 and AVX2")
        self.assertTrue(processor.title(self.kind(held="avx2")).endswith(": AVX-512 and AVX2, held to AVX2"))
        self.assertTrue(processor.title(self.kind(["portable"])).endswith(": no vectors"))
        self.assertTrue(processor.title(self.kind([])).endswith(": features not recorded"))


if __name__ == "__main__":
    unittest.main()
