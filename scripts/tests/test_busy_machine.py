import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from tests import planted
import busy_machine
import peer_times
from busy_machine import Quota, QuotaUnavailable


class Groups(unittest.TestCase):
    """A cgroup has its files as soon as it is made; here a closure makes them."""

    def making(self, **files):
        def make(folder):
            os.mkdir(folder)
            for name, text in files.items():
                planted.write(folder, name.replace("__", "."), text)
        return make

    def made(self, membership, folders, make):
        with tempfile.TemporaryDirectory() as groups:
            for folder in folders:
                os.makedirs(os.path.join(groups, folder))
            quota = Quota(1.5, groups, membership, make)
            folder = os.path.relpath(quota.folder, groups)
            contents = {}
            for name in os.listdir(quota.folder):
                with open(os.path.join(quota.folder, name)) as file:
                    contents[name] = file.read()
            shutil.rmtree(quota.folder)
            quota.remove()
            return folder, contents

    def test_version_2(self):
        folder, contents = self.made("0::/user/me\n", ["user/me"], self.making(cpu__max="max 100000"))
        self.assertEqual(folder, f"user/me/cnnc-bench-{os.getpid()}")
        self.assertEqual(contents, {"cpu.max": "150000 100000"})

    def test_version_1(self):
        folder, contents = self.made(
            "4:cpu,cpuacct:/\n0::/\n", ["cpu"], self.making(cpu__cfs_quota_us="-1    ", cpu__cfs_period_us="50000 "))
        self.assertEqual(folder, f"cpu/cnnc-bench-{os.getpid()}")
        self.assertEqual(contents["cpu.cfs_quota_us"].split(), ["150000"])
        self.assertEqual(contents["cpu.cfs_period_us"], "100000")

    def test_where_groups_cannot_be_written_it_says_where_and_why(self):
        def make(folder):
            raise PermissionError(13, "Permission denied")

        with self.assertRaises(QuotaUnavailable) as raised:
            self.made("0::/\n", [], make)
        self.assertRegex(str(raised.exception), r"^/.* cannot be written: Permission denied$")

    def test_a_group_without_quotas_is_taken_away_again(self):
        with tempfile.TemporaryDirectory() as groups:
            with self.assertRaises(QuotaUnavailable) as raised:
                Quota(0.5, groups, "0::/\n", os.mkdir)
            self.assertIn("gives no quota: No such file", str(raised.exception))
            self.assertEqual(os.listdir(groups), [])

    def test_no_groups(self):
        with self.assertRaises(QuotaUnavailable) as raised:
            self.made("2:memory:/\n", [], os.mkdir)
        self.assertEqual(str(raised.exception), "no cgroup has quotas of processors")

    def test_a_command_joins_and_keeps_its_arguments(self):
        with tempfile.TemporaryDirectory() as folder:
            quota = Quota.__new__(Quota)
            quota.folder = folder
            run = subprocess.run(
                [*quota.join, sys.executable, "-c", "import os, sys; print(os.getpid(), sys.argv[1])", "a b"],
                capture_output=True, text=True, check=True)
            with open(os.path.join(folder, "cgroup.procs")) as file:
                self.assertEqual(run.stdout.split(None, 1), [file.read().strip(), "a b\n"])


class Loops(unittest.TestCase):
    def test_they_run_until_the_end_and_no_longer(self):
        with self.assertRaises(ZeroDivisionError):
            with busy_machine.loops(2) as running:
                self.assertEqual([process.poll() for process in running], [None, None])
                raise ZeroDivisionError
        self.assertTrue(all(process.returncode for process in running))

    def test_processors_are_given_back(self):
        if not hasattr(os, "sched_getaffinity"):
            self.skipTest("this system has no affinities")
        before = os.sched_getaffinity(0)
        with busy_machine.on_processors(1):
            self.assertEqual(len(os.sched_getaffinity(0)), 1)
        self.assertEqual(os.sched_getaffinity(0), before)


class Rounds(unittest.TestCase):
    def test_every_engine_in_every_situation_in_turn(self):
        made = []

        def command_of(engine):
            made.append(engine)
            found = json.dumps({"median_ms": 1.5, "p99_ms": 2.5, "runs": 7} if engine == "cnnc" else [3.0, 4.0, 5])
            return [sys.executable, "-c", f"import os; print('''{found}''') if os.environ['A'] else 0"], {"A": "1"}

        class Refused:
            def __init__(self, processors):
                raise QuotaUnavailable("nobody may")

        with mock.patch.object(busy_machine, "Quota", Refused), mock.patch.object(busy_machine, "loops") as loops:
            times, left_out = busy_machine.one_round(["cnnc", "torch"], command_of, self.fail)
        self.assertEqual([call.args for call in loops.call_args_list], [(0,), (1,), (2,)])
        self.assertEqual(made, ["cnnc", "torch"] * 3)
        self.assertEqual(times, {
            name: {"cnnc": [1.5, 2.5, 7], "torch": [3.0, 4.0, 5]} for name in ["quiet", "1 busy loop", "2 busy loops"]})
        self.assertEqual(left_out, {"quota 1.5": "nobody may", "quota 0.5": "nobody may"})

    def test_an_engine_that_fails_is_said_and_left_out(self):
        said = []
        found = busy_machine.times_of([sys.executable, "-c", "raise SystemExit('no such model')"], said.append)
        self.assertIsNone(found)
        self.assertIn("no such model", said[0])

    def test_the_middle_of_rounds(self):
        rounds = [({"quiet": {"cnnc": [p50, p99, 10], "torch": None}}, {"quota 1.5": "x"}) for p50, p99 in [(3, 30), (1, 90), (2, 60)]]
        self.assertEqual(busy_machine.middle(rounds), {
            "times": {"quiet": {"cnnc": [2, 60, 30]}}, "left_out": {"quota 1.5": "x"}})


class Percentiles(unittest.TestCase):
    def test_the_time_that_99_of_100_runs_do_not_exceed(self):
        # 100 steps, 100 ms, 99 ms, ... as the clock shows them.
        clock = [0.0]
        steps = iter([0.5, 0.5] + [n / 1000 for n in range(100, 0, -1)])

        def step():
            clock[0] += next(steps)

        with mock.patch.object(peer_times.time, "perf_counter", lambda: clock[0]):
            p50, p99, count = peer_times.percentiles(step, 5.0499)
        self.assertEqual(count, 100)
        self.assertAlmostEqual(p50, 51)
        self.assertAlmostEqual(p99, 99)


if __name__ == "__main__":
    unittest.main()
