#!/usr/bin/env python3
"""Condenses the reference figures of known architectures into the fixtures of Tests/ZooTests.

    scripts/record_reference.py [FOLDER]        FOLDER or $CNNC_SHARED/reference, ../shared/reference if neither is given

FOLDER holds a JSON file an architecture, computed by PyTorch, with the keys `input`, `parameters`, `buffers`, `macs`, `state` (names
and shapes of the tensors) and `modules` (every leaf in the order it runs). Each becomes Tests/ZooTests/Fixtures/NAME.txt:

    input 3x224x224
    parameters 61100840
    buffers 0
    macs 714188480
    features.0 Conv2d 64x55x55 23296 70276800 weight=64x3x11x11 bias=64

The last kind of line is a module: name, kind, output without the batch, own parameters, MACs, own tensors.
"""
import json
import os
import pathlib
import sys

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "ZooTests" / "Fixtures"
LIMIT = 700_000


def joined(shape):
    return "x".join(map(str, shape))


def condensed(reference):
    tensors = {}
    for path, shape in reference["state"]:
        module, _, name = path.rpartition(".")
        tensors.setdefault(module, []).append(f" {name}={joined(shape)}")
    lines = [f"input {joined(reference['input'])}"]
    lines += [f"{key} {reference[key]}" for key in ("parameters", "buffers", "macs")]
    for name, kind, shape, parameters, macs in reference["modules"]:
        own = "".join(tensors.pop(name, []))
        lines.append(f"{name} {kind} {joined(shape)} {parameters} {macs}{own}")
    if tensors:
        sys.exit(f"{reference['name']}: no module ran that holds {sorted(tensors)}")
    return "\n".join(lines) + "\n"


def main():
    shared = pathlib.Path(os.environ.get("CNNC_SHARED", "../shared"))
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "reference"
    files = sorted(folder.glob("*.json"))
    if not files:
        sys.exit(f"{folder} holds no reference figures")
    FIXTURES.mkdir(parents=True, exist_ok=True)
    total = 0
    for file in files:
        text = condensed(json.loads(file.read_text()))
        total += len(text.encode())
        (FIXTURES / f"{file.stem}.txt").write_text(text)
    print(f"{len(files)} architectures, {total} bytes")
    if total > LIMIT:
        sys.exit(f"the fixtures are larger than {LIMIT} bytes")


if __name__ == "__main__":
    main()
