"""The networks that the scripts of `make test-exchange` go through: those of specs/, of fixtures, and drawn at random."""

import json
import math
import os
import pathlib
import struct
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The processors that this process may use.
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
# Specs made for trouble, and one with every kind of layer.
FIXTURES = ["Tests/SwiftEmissionTests/Fixtures", "Tests/GraphIRTests/Fixtures"]
# Sides of images at which networks are computed where their own would take long, the first that they can have.
SIDES = [16, 32, 64, 96, 128, 160, 192, 224]
# The least side for networks of images as large as photographs.
PHOTOGRAPH, LEAST = 65, 64
# While they train, norms of fewer values of a channel in an image divide by next to nothing wherever a relu left little of it, and
# a loss has as few digits left: 8.5e-3 between two kinds of rounding for Inception-v4 at 96×96, whose last maps are 1×1.
VALUES = 4


class Network:
    """A spec, or a variant of it, as `cnnc check` has it."""

    def __init__(self, path: pathlib.Path, found: dict) -> None:
        self.path = path
        self.variant: str | None = found.get("variant")
        self.macs: int | None = found["macs"] if isinstance(found.get("macs"), int) else None
        self.parameters: int = found["parameters"] if isinstance(found.get("parameters"), int) else 0
        self.inputs: list[list[int]] = [entry["shape"] for entry in found.get("inputs") or []] or [found["input"]]

    @property
    def name(self) -> str:
        own = os.path.relpath(self.path, ROOT)
        return f"{own}@{self.variant}" if self.variant else own

    @property
    def choice(self) -> list[str]:
        """The words that name it on a command line."""
        return [str(self.path)] + (["--variant", self.variant] if self.variant else [])

    def is_among(self, names: list[str]) -> bool:
        """Whether names such as `resnet50` or `resnet50@resnet101` have it; all do without one."""
        own = f"{self.path.stem}@{self.variant}" if self.variant else self.path.stem
        return not names or own in names

    def smaller(self, cnnc: str, macs: int, trains: bool = False) -> list[str]:
        """The words that give it a smaller image, where its own takes more multiplications than so many.

        `trains` says that the network is compared while it trains: then no norm has too few values that has enough of its own image.
        """
        image = self.inputs[0]
        if self.macs is None or self.macs <= macs or len(self.inputs) > 1 or len(image) < 3 or image[-1] != image[-2]:
            return []
        least = LEAST if image[-1] >= PHOTOGRAPH else LEAST // 4
        allowed = small_norms(cnnc, self.choice) if trains else None
        for side in SIDES:
            if not least <= side < image[-1]:
                continue
            words = ["--input", "x".join(map(str, [*image[:-2], side, side]))]
            found = small_norms(cnnc, [*self.choice, *words])
            if found is not None and (allowed is None or found <= allowed):
                return words
        return []


def small_norms(cnnc: str, words: list[str]) -> int | None:
    """How many norms of batches have few values of a channel in an image, after `cnnc check` of a network; None if it cannot be."""
    result = subprocess.run([cnnc, "check", *words, "--format", "json"], capture_output=True, text=True, check=False)
    if result.returncode:
        return None
    maps = [layer["output"][1:] for layer in json.loads(result.stdout)[0]["layers"] if layer["kind"] == "batch_norm"]
    return sum(bool(sizes) and math.prod(sizes) < VALUES for sizes in maps)


def networks(cnnc: str, path: pathlib.Path) -> list[Network]:
    """A spec and its variants; none where it is no network by itself."""
    words = [cnnc, "check", str(path), "--all-variants", "--format", "json"]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    return [Network(path, found) for found in json.loads(result.stdout)] if result.stdout.strip() else []


def specs(*fixtures: str) -> list[pathlib.Path]:
    """The files of specs/, of its examples, and of further files and folders."""
    found = [*sorted((ROOT / "specs").glob("*.yaml")), *sorted((ROOT / "specs/examples").glob("*.yaml"))]
    for fixture in fixtures:
        path = ROOT / fixture
        found += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return found


def drawn(folder: pathlib.Path | None) -> list[pathlib.Path]:
    """The specs of a folder that WriteRandomSpecs.swift made, in the order of their numbers."""
    return sorted(folder.rglob("random*.yaml"), key=lambda path: (len(path.name), path.name)) if folder else []


# What variances of norms and weights are multiplied by, so that images neither fade on their way nor become infinite: a layer's
# first weights make the variance a third, and a relu halves that, but many residuals add up, and where no norm is behind them steps of
# training grow beyond numbers.
SCALES = [*((variance, 1) for variance in (1 / 6, 1 / 5, 2 / 9, 1 / 4, 2 / 7, 1 / 3, 1 / 2, 1)), (1, 6**0.5), (1, 1 / 2)]


# Outputs that differ by less from one image to another, over the largest, say nothing of what makes them of an image.
LEAST_VARIATION = 1e-3
# Outputs that inputs off in their last bit change by more, over the largest, say nothing either: rounding decides.
LARGEST_GROWTH = 1e-5


class Lifeless(Exception):
    """Weights with which outputs hardly depend on the inputs, depend on their rounding, or are no numbers."""


# While it trains a network of a thousand layers makes its loss of rounding: PyTorch's own first loss of ResNet-1001 in single
# precision is up to 1.5e-3 off that in double, and gradients are by their own size. Scales of norms near zero, which such networks
# begin to train with, leave 1e-7 of the loss, and 4e-5 of half of the gradients.
MANY_NORMS, SMALL_NORMS = 500, 1 / 64


def scales(path: pathlib.Path) -> list[tuple[float, float]]:
    """Those of `SCALES` that give a safetensors file different numbers."""
    with path.open("rb") as file:
        has_statistics = any(name.endswith(".running_var") for name in header(file)[1])
    return [pair for index, pair in enumerate(SCALES) if has_statistics or pair[1] not in [other[1] for other in SCALES[:index]]]


def header(file) -> tuple[int, dict]:
    """Where the numbers of an open safetensors file begin, and what it says of them."""
    (length,) = struct.unpack("<Q", file.read(8))
    return 8 + length, json.loads(file.read(length))


def perturb(path: pathlib.Path, seed: int, scales: tuple[float, float] = SCALES[0], trains: bool = False) -> None:
    """Gives statistics, scales and shifts of a safetensors file numbers that do something, in their places.

    `trains` says that the network is compared while it trains, and makes the norms' scales of very deep ones small.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    with path.open("r+b") as file:
        begin, entries = header(file)
        is_deep = sum(name.endswith(".running_var") for name in entries) > MANY_NORMS
        norms = SMALL_NORMS if trains and is_deep else 1
        for name, entry in entries.items():
            last = name.rpartition(".")[2]
            place = begin + entry["data_offsets"][0] if "data_offsets" in entry else 0
            if last == "weight" and len(entry["shape"]) > 1 and scales[1] != 1:
                file.seek(place)
                numbers = np.frombuffer(file.read(4 * math.prod(entry["shape"])), "<f4") * np.float32(scales[1])
                file.seek(place)
                file.write(numbers.tobytes())
                continue
            if last == "running_var":
                # Small norms are made up for where the network does not train.
                low, high = 0.5 * scales[0] * norms**2, 1.5 * scales[0] * norms**2
            elif last == "weight" and len(entry.get("shape", [])) == 1:
                low, high = 0.5 * norms, 1.5 * norms
            elif last in ("running_mean", "bias"):
                low, high = -0.1, 0.1
            else:
                continue
            if entry["dtype"] != "F32":
                raise ValueError(f"{name} is {entry['dtype']}")
            file.seek(place)
            file.write(random.uniform(low, high, entry["shape"]).astype("<f4").tobytes())


class Clock:
    """The time since it was made, of this process and those that it waited for, and on the wall."""

    def __init__(self) -> None:
        self.begun, self.used = time.monotonic(), self.processor()

    @staticmethod
    def processor() -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system

    def __str__(self) -> str:
        return f"{self.processor() - self.used:.1f} s of processor, {time.monotonic() - self.begun:.1f} s"
