"""Runs of networks beside processes that compute without end, and within a cgroup's quota of processors: section `busy`.

Every engine has as many threads as in quiet. Where the system has more processors than that, engines and loops share as many
as there are threads, or the loops would run elsewhere and disturb nobody.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time

from machine_load import group_folders

# What stands in a column's heading: processes that compute without end, and processors of a quota.
SITUATIONS = {
    "quiet": (0, None), "1 busy loop": (1, None), "2 busy loops": (2, None), "quota 1.5": (0, 1.5), "quota 0.5": (0, 0.5)}
# A percentile of runs that take several times as long needs some time.
LEAST_SECONDS = 5
# Of all kinds: dense 3×3, 1×1, depthwise, many small layers.
MODELS = ["resnet18", "resnet50", "mobilenet_v1", "densenet121"]
PERIOD = 100_000


class QuotaUnavailable(Exception):
    """Why there is no quota here."""


class Quota:
    """A cgroup of its own whose processes together may use some processors; `join` is put before a command."""

    def __init__(self, processors, groups="/sys/fs/cgroup", membership=None, make=os.mkdir):
        self.processors = processors
        if membership is None:
            try:
                with open("/proc/self/cgroup") as file:
                    membership = file.read()
            except OSError:
                raise QuotaUnavailable("this system has no cgroups") from None
        reasons = []
        for parent, is_unified in group_folders(membership, groups):
            if not os.path.isdir(parent):
                continue
            self.folder = os.path.join(parent, f"cnnc-bench-{os.getpid()}")
            try:
                make(self.folder)
            except OSError as error:
                reasons.append(f"{parent} cannot be written: {error.strerror}")
                continue
            try:
                self._limit(is_unified)
                return
            except OSError as error:
                # Files of a cgroup are there or not; one is never made.
                reasons.append(f"{parent} gives no quota: {error.strerror}")
                self.remove()
        raise QuotaUnavailable(reasons[0] if reasons else "no cgroup has quotas of processors")

    def _limit(self, is_unified):
        quota = str(int(self.processors * PERIOD))
        files = {"cpu.max": f"{quota} {PERIOD}"} if is_unified else {
            "cpu.cfs_period_us": str(PERIOD), "cpu.cfs_quota_us": quota}
        for name, text in files.items():
            descriptor = os.open(os.path.join(self.folder, name), os.O_WRONLY)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)

    @property
    def join(self):
        return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', os.path.join(self.folder, "cgroup.procs")]

    def remove(self):
        """Takes the group away; processes that have ended leave it a moment later."""
        for _ in range(50):
            try:
                return os.rmdir(self.folder)
            except FileNotFoundError:
                return None
            except OSError:
                time.sleep(0.02)
        return None


@contextlib.contextmanager
def loops(count):
    """Processes that compute without end, while they are wanted."""
    running = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait()


@contextlib.contextmanager
def on_processors(count):
    """Keeps this process and those it starts on some of its processors, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def situation(name):
    """What a command must be preceded by in a situation, which holds until the end.

    - Raises: QuotaUnavailable.
    """
    count, processors = SITUATIONS[name]
    quota = Quota(processors) if processors else None
    try:
        with loops(count):
            yield quota.join if quota else []
    finally:
        if quota:
            quota.remove()


def times_of(command, log, **environment):
    """[p50, p99, runs] of an engine in milliseconds, None if it fails."""
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | environment)
    try:
        found = json.loads(run.stdout.strip().splitlines()[-1] if run.stdout.strip().startswith("[") else run.stdout)
    except (IndexError, ValueError):
        log(f"{' '.join(command[-6:])}: {run.stderr.strip()[-300:]}")
        return None
    return [found["median_ms"], found["p99_ms"], found["runs"]] if isinstance(found, dict) else found


def one_round(engines, command_of, log):
    """A round of a network: {situation: {engine: [p50, p99, runs]}}, and the reasons of situations that cannot be had."""
    times, left_out = {}, {}
    for name in SITUATIONS:
        try:
            with situation(name) as prefix:
                times[name] = {}
                for engine in engines:
                    command, environment = command_of(engine)
                    times[name][engine] = times_of(prefix + command, log, **environment)
        except QuotaUnavailable as reason:
            left_out[name] = str(reason)
    return times, left_out


def middle(rounds):
    """Of several rounds the median of each percentile."""
    times, left_out = {}, {}
    for of_round, without in rounds:
        left_out |= without
        for name, engines in of_round.items():
            for engine, found in engines.items():
                if found:
                    times.setdefault(name, {}).setdefault(engine, []).append(found)
    medians = {
        name: {
            engine: [statistics.median(r[0] for r in found), statistics.median(r[1] for r in found), sum(r[2] for r in found)]
            for engine, found in engines.items()}
        for name, engines in times.items()}
    return {"times": medians, "left_out": left_out}
