"""How busy a machine is: what processes of others, and other machines on the same host, take of its processors.

A `Load` lies between two snapshots. What others took is what all processors did, less what this process and all below it
did, so that processes that end in between, and those of other containers, are counted too; only their names are not known
then. Linux says both in /proc; elsewhere `ps` has to do, and there is no steal.
"""

import os
import re
import subprocess
import sys
import time

# Processors that others may take of those that the run needs. Less cannot be told from the system's own work.
OTHERS = 0.1
# The share of all processors that others may take where the run leaves processors free: they share memory and clock.
OTHERS_SHARE = 0.05
# The share of all processors that the host may take from a virtual machine.
STEAL_SHARE = 0.02
# Both clocks of the system count in hundredths of a second, and a few of them are lost or found at the ends.
SLACK = 0.03


class Snapshot:
    """What the system has counted so far, in seconds."""

    def __init__(self, at, busy, steal, own, others, averages):
        self.at, self.busy, self.steal, self.own, self.averages = at, busy, steal, own, averages
        # By process and start, since numbers are used again: the name and seconds.
        self.others = others


class Load:
    """What happened between two snapshots; `others` and `steal` in processors."""

    def __init__(self, processors, seconds, others, steal, takers, averages):
        self.processors, self.seconds, self.others, self.steal = processors, seconds, others, steal
        # (name, process, processors), those that take most first.
        self.takers = takers
        self.averages = averages

    @staticmethod
    def between(before, after, processors):
        seconds = max(after.at - before.at, 1e-3)
        takers = []
        for key, (name, used) in after.others.items():
            # What a process that is new did before it was seen was done in between as well.
            taken = used - before.others.get(key, (name, 0.0))[1]
            if taken > 0:
                takers.append((name, key[0], taken / seconds))
        takers.sort(key=lambda t: (-t[2], t[1]))
        if before.busy is None or after.busy is None:
            others = sum(t[2] for t in takers)
        else:
            others = max(0.0, (after.busy - before.busy) - (after.own - before.own)) / seconds
            # The clocks' ticks make a little more of all processors.
            others = min(others, float(processors))
        steal = None if before.steal is None or after.steal is None else max(0.0, after.steal - before.steal) / seconds
        return Load(processors, seconds, others, steal, takers, [before.averages[0], after.averages[0]])

    @staticmethod
    def worst(loads):
        """Of several, what was the most; the averages before the first and after the last."""
        most = max(loads, key=lambda load: load.others)
        steals = [load.steal for load in loads if load.steal is not None]
        return Load(
            most.processors, most.seconds, most.others, max(steals) if steals else None, most.takers,
            [loads[0].averages[0], loads[-1].averages[1]])

    def names(self, least=0.05):
        """The names of those that took something worth saying, each once."""
        return list(dict.fromkeys(name for name, _, taken in self.takers if taken >= least))[:4]

    def json(self):
        """What is kept with a figure."""
        return {
            "processors": self.processors, "others": round(self.others, 3),
            "steal": None if self.steal is None else round(self.steal, 3),
            "load_average": [round(a, 2) for a in self.averages]}


def limit_of_others(processors, threads):
    """How many processors others may take beside a run of some threads."""
    free = max(0, processors - threads)
    return max(OTHERS, min(OTHERS_SHARE * processors, OTHERS + free))


def reasons(load, threads, quota=None):
    """Why a load is too high to measure beside it, or too little may be used; empty on a quiet machine."""
    found = []
    limit = limit_of_others(load.processors, threads)
    slack = SLACK / load.seconds
    if load.others - slack > limit:
        takers = [f"{name} (process {number}) {taken:.2f}" for name, number, taken in load.takers[:5] if taken >= 0.02]
        known = sum(taken for _, _, taken in load.takers)
        if load.others - known > max(0.05, slack):
            takers.append(f"{load.others - known:.2f} by processes that have ended or cannot be seen")
        found.append(
            f"other processes take {load.others:.2f} of {load.processors} processors, and {limit:.2f} is quiet: "
            + ", ".join(takers))
    if load.steal is not None and load.steal - slack > STEAL_SHARE * load.processors:
        found.append(
            f"the host takes {load.steal:.2f} of {load.processors} processors from this virtual machine (steal), and "
            f"{STEAL_SHARE * load.processors:.2f} is quiet")
    if quota is not None and quota < load.processors:
        found.append(f"a cgroup's quota leaves {quota:g} of {load.processors} processors")
    return found


def process_times(text):
    """The parent, the name, the start, and seconds × ticks of a process and of its children that ended; of /proc/N/stat."""
    # A name can have blanks and brackets.
    begin, end = text.index("("), text.rindex(")")
    fields = text[end + 1:].split()
    user, system, user_below, system_below = (int(f) for f in fields[11:15])
    return int(fields[1]), text[begin + 1:end], int(fields[19]), user + system, user_below + system_below


def descendants(parents, root):
    """A process and all below it, by a table of parents."""
    below = {}
    for process, parent in parents.items():
        below.setdefault(parent, []).append(process)
    found, open_ones = set(), [root]
    while open_ones:
        process = open_ones.pop()
        if process not in found:
            found.add(process)
            open_ones += below.get(process, [])
    return found


class Linux:
    """Reads /proc and /sys/fs/cgroup."""

    def __init__(self, proc="/proc", groups="/sys/fs/cgroup", process=None, ticks=None, clock=time.monotonic, allowed=None):
        # What others do on processors that this process may not use is no matter.
        self.allowed = os.sched_getaffinity(0) if allowed is None else allowed
        self.proc, self.groups, self.clock = proc, groups, clock
        self.process = process or os.getpid()
        self.ticks = ticks or os.sysconf("SC_CLK_TCK")

    def _read(self, *path):
        with open(os.path.join(self.proc, *path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def _counts(self):
        """Of each processor that may be used, its counts."""
        found = re.findall(r"^cpu(\d+) (.*)$", self._read("stat"), re.MULTILINE)
        return [[int(f) for f in fields.split()] for number, fields in found if int(number) in self.allowed]

    @property
    def processors(self):
        return max(1, len(self._counts()))

    def snapshot(self):
        table = {}
        for name in os.listdir(self.proc):
            if name.isdigit():
                try:
                    table[int(name)] = process_times(self._read(name, "stat"))
                except (OSError, ValueError, IndexError):
                    continue  # It has ended meanwhile.
        own = descendants({number: times[0] for number, times in table.items()}, self.process)
        busy, steal = 0, None
        for counts in self._counts():
            user, nice, system, _, _, interrupts, soft = counts[:7]
            # A guest's time is counted as the user's too.
            busy += user + nice + system + interrupts + soft
            if len(counts) > 7:
                steal = (steal or 0) + counts[7]
        used = sum(sum(table[number][3:]) for number in own if number in table)
        others = {
            (number, times[2]): (times[1], times[3] / self.ticks) for number, times in table.items() if number not in own}
        averages = [float(f) for f in self._read("loadavg").split()[:3]]
        return Snapshot(
            self.clock(), busy / self.ticks, None if steal is None else steal / self.ticks, used / self.ticks, others,
            averages)

    def quota(self):
        """The processors that the strictest quota of this process's cgroups, and of those around them, leaves; or None."""
        try:
            text = self._read(str(self.process), "cgroup")
        except OSError:
            return None
        found = []
        for folder, is_unified in group_folders(text, self.groups):
            value = quota_of(folder, is_unified)
            if value is not None:
                found.append(value)
        return min(found) if found else None


def group_folders(text, root):
    """The folders of a process's cgroups that hold processors' quotas and of those around them, from the inside, by what
    /proc/N/cgroup says; whether each is of version 2."""
    for line in text.splitlines():
        parts = line.split(":", 2)
        if len(parts) != 3:
            continue
        is_unified = parts[0] == "0" and not parts[1]
        if not is_unified and "cpu" not in parts[1].split(","):
            continue
        steps = [step for step in parts[2].split("/") if step and step != ".."]
        while True:
            yield os.path.join(root, *([] if is_unified else ["cpu"]), *steps), is_unified
            if not steps:
                break
            steps.pop()


def quota_of(folder, is_unified):
    """The processors of a cgroup's quota, or None."""
    def contents(name):
        with open(os.path.join(folder, name)) as file:
            return file.read()

    try:
        if is_unified:
            limit, period = contents("cpu.max").split()
        else:
            limit, period = contents("cpu.cfs_quota_us"), contents("cpu.cfs_period_us")
        return int(limit) / int(period) if int(limit) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


def seconds_of(text):
    """Seconds of the processor's time that `ps` prints: 0:01.25, 1:02:03 or 2-03:04:05."""
    days, _, rest = text.rpartition("-")
    total = 0.0
    for part in rest.split(":"):
        total = total * 60 + float(part)
    return total + 86400 * int(days or 0)


def processes_of(text):
    """Of each line of `ps -A -o pid=,ppid=,time=,comm=`: parent, name and seconds by the process's number."""
    table = {}
    for line in text.splitlines():
        fields = line.split(None, 3)
        if len(fields) == 4:
            table[int(fields[0])] = (int(fields[1]), os.path.basename(fields[3].strip()), seconds_of(fields[2]))
    return table


class Ps:
    """Asks `ps`, where there is no /proc: what processes took that ended in between is not known."""

    def __init__(self, process=None, clock=time.monotonic, listing=None, averages=os.getloadavg, processors=None):
        self.process, self.clock, self.averages = process or os.getpid(), clock, averages
        self.listing = listing or (lambda: subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,time=,comm="], capture_output=True, text=True).stdout)
        self.processors = processors or os.cpu_count() or 1

    def snapshot(self):
        table = processes_of(self.listing())
        own = descendants({number: fields[0] for number, fields in table.items()}, self.process)
        others = {(n, 0): (name, used) for n, (_, name, used) in table.items() if n not in own}
        return Snapshot(self.clock(), None, None, 0.0, others, list(self.averages()))

    def quota(self):
        return None


def this_system():
    return Linux() if sys.platform.startswith("linux") else Ps()


class BusyMachine(Exception):
    """Why figures would not be worth keeping."""

    def __init__(self, found):
        super().__init__("; ".join(found))
        self.reasons = found


class Watch:
    """Measures on a quiet machine alone, or, with `anyway`, says of each figure why the machine was busy."""

    def __init__(self, system, anyway=False, sleep=time.sleep, log=lambda text: None):
        self.system, self.anyway, self.sleep, self.log = system, anyway, sleep, log
        self.processors, self.quota = system.processors, system.quota()
        self.before = None

    def load_of(self, work):
        """What some work returns, and the load beside it."""
        start = self.system.snapshot()
        result = work()
        return result, Load.between(start, self.system.snapshot(), self.processors)

    def look(self, threads, seconds=1.5):
        """Samples the machine while this process rests; raises BusyMachine unless it is quiet or `anyway`."""
        _, self.before = self.load_of(lambda: self.sleep(seconds))
        found = reasons(self.before, threads, self.quota)
        if found and not self.anyway:
            raise BusyMachine(found)
        return found

    def rounds(self, threads, count, work):
        """The results of some rounds of work, and what is kept with the figure made of them.

        A round that others disturbed is made again, as often as there are rounds; then it is a BusyMachine.
        """
        kept, loads, disturbed = [], [], 0
        while len(kept) < count:
            result, load = self.load_of(work)
            found = reasons(load, threads, self.quota)
            if found and not self.anyway:
                disturbed += 1
                self.log(f"a round is made again, for {'; '.join(found)}")
                if disturbed > count:
                    raise BusyMachine(found)
                continue
            kept.append(result)
            loads.append(load)
        worst = Load.worst(loads)
        about = {"load": worst.json()}
        if self.before:
            about["load"]["before"] = {k: v for k, v in self.before.json().items() if k in ("others", "steal")}
        busy = any(reasons(load, threads, self.quota) for load in loads)
        if busy:
            about["busy"] = {"processes": worst.names(), "quota": self.quota}
        return kept, about
