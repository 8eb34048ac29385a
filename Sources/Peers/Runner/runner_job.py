"""What a peer is to run for `cnnc verify`, and what came of it."""

import json
import math
import pathlib


class Job:
    """What is to be run, and what came of it."""

    def __init__(self, path):
        self.folder = pathlib.Path(path).resolve().parent
        self.settings = json.loads(pathlib.Path(path).read_text())
        self.report = {"deviations": {}, "losses": []}
        self.values = {}

    def __getitem__(self, key):
        return self.settings[key]

    def path(self, key):
        return self.folder / self.settings[key]

    def arrays(self, key):
        import numpy

        with numpy.load(self.path(key)) as archive:
            return {name: archive[name] for name in archive.files}

    def add(self, name, value, twin=None):
        """Keeps a value; with its twin in double precision, how far it is from that."""
        import numpy

        value = numpy.asarray(value)
        self.values[name] = value.astype(numpy.float32)
        if twin is not None:
            self.allow(name, difference(value, twin))

    def allow(self, name, deviation):
        """Counts how far a value is from what it might be as well, if that is more than is known."""
        known = self.report["deviations"].get(name, 0.0)
        self.report["deviations"][name] = max(known, deviation) if math.isfinite(deviation) else known

    def write(self, key, part, arrays):
        """Writes arrays into a file of their own."""
        import numpy

        numpy.savez(self.folder / f"{self[key]}{part}.npz", **arrays)

    def written(self, key, part):
        """What a job before wrote so."""
        import numpy

        with numpy.load(self.folder / f"{self[key]}{part}.npz") as archive:
            return {name: archive[name] for name in archive.files}

    def finish(self):
        import numpy

        numpy.savez(self.path("values"), **self.values)
        self.path("report").write_text(json.dumps(self.report, allow_nan=False))


class Unable(Exception):
    """Why an engine cannot say anything of a network."""


class Refused(Exception):
    """What is wrong with what an engine was given."""


def matched(wanted, given):
    """For each name that is wanted the one that is given: itself, or those with other names in their order; None behind the last."""
    others = iter([name for name in given if name not in wanted])
    return [name if name in given else next(others, None) for name in wanted]


def difference(value, twin, least=0):
    """The largest difference over the largest element, which counts `least` at least."""
    import numpy

    largest = max(numpy.abs(twin).max(initial=0), least)
    found = numpy.abs(value.astype(numpy.float64) - twin).max(initial=0)
    return float(found / largest if largest > 0 else found)
