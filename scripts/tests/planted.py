"""Files as a system would show them."""

import os

import machine_load


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def process(folder, number, name, parent, user, system=0, below=(0, 0), start=100):
    """/proc/N/stat, times in ticks."""
    fields = ["S", parent, number, number, 0, -1, 4194560, 1, 2, 3, 4, user, system, *below, 20, 0, 1, 0, start, 1, 1]
    write(folder, f"{number}/stat", f"{number} ({name}) " + " ".join(map(str, fields)) + "\n")


def totals(folder, user, system=0, idle=0, steal=0, guest=0, elsewhere=0):
    """/proc/stat of two processors and a third, and /proc/loadavg, times in ticks."""
    lines = [f"cpu  {user + elsewhere} 0 {system} {idle} 0 0 0 {steal} {guest} 0"]
    lines += [f"cpu0 {user} 0 0 0 0 0 0 {steal} {guest} 0", f"cpu1 0 0 {system} {idle} 0 0 0 0 0 0"]
    lines += [f"cpu2 {elsewhere} 0 0 0 0 0 0 0 0 0"]
    write(folder, "stat", "\n".join(lines) + "\nintr 1 2 3\n")
    write(folder, "loadavg", "0.50 0.40 0.30 1/100 77\n")


class System:
    """A system whose every interval has the next of some loads, (others, steal), the last of them again and again.

    An interval takes `seconds`; what others took was taken by `name`.
    """

    def __init__(self, loads, quota=None, seconds=2.0, processors=2, name="swift-frontend"):
        self.loads, self.limit, self.seconds, self.processors, self.name = loads, quota, seconds, processors, name
        self.at = self.busy = self.steal = 0.0
        self.snapshots = 0

    def quota(self):
        return self.limit

    def snapshot(self):
        # Snapshots come in pairs, before and after.
        if self.snapshots % 2:
            others, steal = self.loads[min(self.snapshots // 2, len(self.loads) - 1)]
            self.at += self.seconds
            self.busy += others * self.seconds
            self.steal += steal * self.seconds
        self.snapshots += 1
        return machine_load.Snapshot(
            self.at, self.busy, self.steal, 0.0, {(4711, 1): (self.name, self.busy)}, [0.5, 0.4, 0.3])
