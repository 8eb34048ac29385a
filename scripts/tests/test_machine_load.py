import tempfile
import unittest

import machine_load
from tests import planted
from machine_load import BusyMachine, Linux, Load, Ps, Watch, limit_of_others, reasons


class Times(unittest.TestCase):
    def test_a_name_may_have_blanks_and_brackets(self):
        text = "42 (a (b) c) S 7 42 42 0 -1 1 1 1 1 1 250 50 30 20 20 0 1 0 9999 1 1"
        self.assertEqual(machine_load.process_times(text), (7, "a (b) c", 9999, 300, 50))

    def test_what_ps_prints(self):
        self.assertAlmostEqual(machine_load.seconds_of("0:01.25"), 1.25)
        self.assertAlmostEqual(machine_load.seconds_of("12:34.50"), 754.5)
        self.assertEqual(machine_load.seconds_of("1:02:03"), 3723)
        self.assertEqual(machine_load.seconds_of("2-03:04:05"), 2 * 86400 + 3 * 3600 + 4 * 60 + 5)
        table = machine_load.processes_of("  1   0 0:10.00 /sbin/launchd\n 42   1 1:00.00 /Applications/A b.app/Contents/A b\n\n")
        self.assertEqual(table, {1: (0, "launchd", 10.0), 42: (1, "A b", 60.0)})

    def test_a_process_and_all_below_it(self):
        self.assertEqual(machine_load.descendants({2: 1, 3: 2, 4: 3, 5: 1}, 2), {2, 3, 4})
        # A table that was read while processes came and went may go round.
        self.assertEqual(machine_load.descendants({2: 3, 3: 2}, 2), {2, 3})


class LoadsOfLinux(unittest.TestCase):
    def load(self, before, after, seconds=2.0, processors=2):
        """The load between two states of /proc that closures plant."""
        at = iter([10.0, 10.0 + seconds])
        with tempfile.TemporaryDirectory() as folder:
            system = Linux(proc=folder, process=50, ticks=100, clock=lambda: next(at), allowed={0, 1})
            before(folder)
            first = system.snapshot()
            after(folder)
            self.assertEqual(system.processors, processors)
            return Load.between(first, system.snapshot(), processors)

    def test_others_are_what_is_not_ours(self):
        def before(folder):
            planted.totals(folder, user=1000)
            planted.process(folder, 50, "python3", 1, user=100)
            planted.process(folder, 60, "loop", 1, user=500)

        def after(folder):
            # 400 ticks on two processors: 90 ours, 20 of our child that lives, 40 of one that has ended; 150 of a loop;
            # 100 of what has ended or cannot be seen.
            planted.totals(folder, user=1350, system=50)
            planted.process(folder, 50, "python3", 1, user=180, system=10, below=(30, 10))
            planted.process(folder, 51, "cnnc", 50, user=20)
            planted.process(folder, 60, "loop", 1, user=650)

        load = self.load(before, after)
        self.assertAlmostEqual(load.others, 1.25)
        self.assertEqual([(n, p, round(t, 6)) for n, p, t in load.takers], [("loop", 60, 0.75)])
        self.assertEqual(load.steal, 0)
        (reason,) = reasons(load, threads=2)
        self.assertIn("other processes take 1.25 of 2 processors, and 0.10 is quiet", reason)
        self.assertIn("loop (process 60) 0.75", reason)
        self.assertIn("0.50 by processes that have ended or cannot be seen", reason)

    def test_our_own_work_is_not_load(self):
        def before(folder):
            planted.totals(folder, user=1000)
            planted.process(folder, 50, "python3", 1, user=100)

        def after(folder):
            planted.totals(folder, user=1400)
            planted.process(folder, 50, "python3", 1, user=110, below=(380, 10))

        load = self.load(before, after)
        self.assertAlmostEqual(load.others, 0)
        self.assertEqual(reasons(load, threads=2), [])

    def test_a_guest_is_not_counted_twice_and_idle_not_at_all(self):
        load = self.load(
            lambda f: planted.totals(f, user=1000), lambda f: planted.totals(f, user=1100, guest=100, idle=300))
        self.assertAlmostEqual(load.others, 0.5)

    def test_processors_that_may_not_be_used_do_not_count(self):
        load = self.load(lambda f: planted.totals(f, user=0), lambda f: planted.totals(f, user=20, elsewhere=200))
        self.assertAlmostEqual(load.others, 0.1)

    def test_steal(self):
        load = self.load(
            lambda f: planted.totals(f, user=0, steal=10), lambda f: planted.totals(f, user=0, steal=50))
        self.assertAlmostEqual(load.steal, 0.2)
        (reason,) = reasons(load, threads=2)
        self.assertIn("the host takes 0.20 of 2 processors", reason)

    def test_a_number_used_again_is_another_process(self):
        def before(folder):
            planted.totals(folder, user=0)
            planted.process(folder, 60, "old", 1, user=5000, start=1)

        def after(folder):
            planted.totals(folder, user=30)
            planted.process(folder, 60, "new", 1, user=30, start=2)

        self.assertEqual([(n, round(t, 6)) for n, _, t in self.load(before, after).takers], [("new", 0.15)])


class Quotas(unittest.TestCase):
    def quota(self, membership, files):
        with tempfile.TemporaryDirectory() as proc, tempfile.TemporaryDirectory() as groups:
            planted.write(proc, "50/cgroup", membership)
            for name, text in files.items():
                planted.write(groups, name, text)
            return Linux(proc=proc, groups=groups, process=50, allowed={0, 1}).quota()

    def test_the_strictest_of_the_group_and_those_around(self):
        self.assertEqual(self.quota("0::/a/b\n", {"a/b/cpu.max": "150000 100000\n"}), 1.5)
        self.assertEqual(self.quota("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "50000 100000"}), 0.5)
        self.assertIsNone(self.quota("0::/a/b\n", {"a/b/cpu.max": "max 100000"}))
        self.assertIsNone(self.quota("", {"cpu.max": "50000 100000"}))

    def test_version_1(self):
        files = {"cpu/a/cpu.cfs_quota_us": "50000\n", "cpu/a/cpu.cfs_period_us": "100000\n"}
        self.assertEqual(self.quota("4:cpu,cpuacct:/a\n2:memory:/m\n", files), 0.5)
        self.assertIsNone(self.quota("4:cpuset:/a\n", files))
        self.assertIsNone(self.quota("4:cpu:/a\n", files | {"cpu/a/cpu.cfs_quota_us": "-1"}))

    def test_a_quota_below_the_processors_is_a_reason(self):
        load = Load(2, 2.0, 0.0, 0.0, [], [0, 0])
        self.assertEqual(reasons(load, 2, quota=1.5), ["a cgroup's quota leaves 1.5 of 2 processors"])
        self.assertEqual(reasons(load, 2, quota=2), [])


class LoadsByPs(unittest.TestCase):
    def test_others_are_those_that_are_seen(self):
        listings = iter([
            "1 0 0:10.00 init\n50 1 0:05.00 python3\n60 1 1:00.00 /usr/bin/loop\n",
            "1 0 0:10.00 init\n50 1 0:06.00 python3\n51 50 0:02.00 cnnc\n60 1 1:01.50 /usr/bin/loop\n"])
        at = iter([0.0, 2.0])
        system = Ps(process=50, clock=lambda: next(at), listing=lambda: next(listings), averages=lambda: (1.0, 2.0, 3.0),
                    processors=8)
        load = Load.between(system.snapshot(), system.snapshot(), system.processors)
        self.assertAlmostEqual(load.others, 0.75)
        self.assertEqual(load.names(), ["loop"])
        self.assertIsNone(load.steal)
        self.assertIsNone(load.json()["steal"])


class Limits(unittest.TestCase):
    def test_what_others_may_take(self):
        self.assertAlmostEqual(limit_of_others(2, 2), 0.1)
        self.assertAlmostEqual(limit_of_others(1, 1), 0.1)
        # All processors are needed, however many there are.
        self.assertAlmostEqual(limit_of_others(64, 64), 0.1)
        # A run that leaves processors free shares memory and clock with what runs there.
        self.assertAlmostEqual(limit_of_others(64, 2), 3.2)
        self.assertAlmostEqual(limit_of_others(8, 2), 0.4)

    def test_ticks_at_the_ends_of_a_short_time_are_no_load(self):
        self.assertEqual(reasons(Load(2, 0.1, 0.3, 0.3, [], [0, 0]), 2), [])
        self.assertEqual(len(reasons(Load(2, 10, 0.3, 0.3, [], [0, 0]), 2)), 2)


class Watches(unittest.TestCase):
    quiet, noisy = (0.02, 0.0), (0.9, 0.0)

    def watch(self, loads, **options):
        said = []
        system = planted.System(loads, options.pop("quota", None))
        return Watch(system, sleep=lambda seconds: None, log=said.append, **options), said

    def test_a_busy_machine_is_refused_before_anything_is_measured(self):
        watch, _ = self.watch([self.noisy])
        with self.assertRaises(BusyMachine) as raised:
            watch.look(2)
        self.assertIn("swift-frontend (process 4711) 0.90", str(raised.exception))

    def test_rounds_on_a_quiet_machine(self):
        watch, said = self.watch([self.quiet, (0.03, 0.01), (0.05, 0.0)])
        watch.look(2)
        results = iter("abcd")
        kept, about = watch.rounds(2, 2, lambda: next(results))
        self.assertEqual(kept, ["a", "b"])
        self.assertEqual(about, {"load": {
            "processors": 2, "others": 0.05, "steal": 0.01, "load_average": [0.5, 0.5],
            "before": {"others": 0.02, "steal": 0.0}}})
        self.assertEqual(said, [])

    def test_a_disturbed_round_is_made_again(self):
        watch, said = self.watch([self.quiet, self.noisy, self.quiet])
        results = iter("abcd")
        kept, about = watch.rounds(2, 2, lambda: next(results))
        self.assertEqual(kept, ["a", "c"])
        self.assertEqual(about["load"]["others"], 0.02)
        self.assertNotIn("busy", about)
        self.assertEqual(len(said), 1)

    def test_rounds_that_stay_disturbed_are_refused(self):
        watch, _ = self.watch([self.noisy])
        made = []
        with self.assertRaises(BusyMachine):
            watch.rounds(2, 2, lambda: made.append(1))
        self.assertEqual(len(made), 3)

    def test_anyway_marks_what_was_disturbed_alone(self):
        watch, _ = self.watch([self.noisy, self.quiet, self.quiet, self.noisy], anyway=True)
        self.assertEqual(len(watch.look(2)), 1)
        _, about = watch.rounds(2, 1, lambda: 1)
        self.assertNotIn("busy", about)
        _, about = watch.rounds(2, 2, lambda: 1)
        self.assertEqual(about["busy"], {"processes": ["swift-frontend"], "quota": None})

    def test_a_quota_refuses_and_marks(self):
        watch, _ = self.watch([self.quiet], quota=1.5)
        with self.assertRaises(BusyMachine):
            watch.look(2)
        watch, _ = self.watch([self.quiet], quota=1.5, anyway=True)
        self.assertEqual(watch.rounds(2, 1, lambda: 1)[1]["busy"], {"processes": [], "quota": 1.5})


if __name__ == "__main__":
    unittest.main()
