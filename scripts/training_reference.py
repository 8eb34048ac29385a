#!/usr/bin/env python3
"""Runs `cnnc train` on the batches of recorded networks, and compares losses and trained tensors with PyTorch's.

    scripts/training_reference.py [--cnnc PATH] [--threads N] [--memory low] [--keep FOLDER] FOLDER [NAME...]        (needs: numpy)

FOLDER holds a JSON file a network, of five steps of SGD in double precision; Tests/SyntheticTensors/TrainingReference.swift says
what its entries are. Weights follow from their names, as in Tests/SyntheticTensors/SyntheticTensor.swift, the batch from the name
`input`, and the label of image i is (7 i + 3) mod classes. Everything goes the way of a user: a batch.npz with float x and
integer y, a file of weights, and options.

For each network a line with the largest relative differences, and PyTorch's own in single precision beside them: of losses; of
trained tensors and of what the steps changed, norms and first elements, where a norm counts as a thousandth of the largest at
least. --keep leaves NAME/batch.npz and the runs in a folder; Tests/CommandLineTests/Fixtures has such a batch of LeNet-5.
Exit status 1 if one is beyond max(1e-5, 3 times PyTorch's).
"""
import argparse
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

# Specs whose names, or variants, are others than the files'.
SPECS = {
    "vgg16_bn": ("vgg16", "vgg16_bn"),
    "efficientnet_b0": ("efficientnet", "b0"),
    "efficientnet_lite0": ("efficientnet_lite0", "efficientnet_lite0_timm"),
}


def synthetic(name, shape):
    """The numbers that follow from a name, in single precision."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 & (1 << 64) - 1
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        x = np.uint64(state) + np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ x >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ x >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    u = ((x ^ x >> np.uint64(31)) >> np.uint64(40)).astype(np.float64) / (1 << 24)
    kind = name.rsplit(".", 1)[-1]
    if name == "input":
        values = 2 * u - 1
    elif kind == "running_var":
        values = 0.5 + u
    elif kind in ("bias", "running_mean"):
        values = (2 * u - 1) * 0.1
    elif len(shape) >= 2:
        values = (2 * u - 1) * np.sqrt(6 / (count // shape[0]))
    else:
        values = 0.5 + u
    return values.astype(np.float32).reshape(shape)


def tensors(path):
    """The tensors of a .safetensors file of float32."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    start = 8 + length
    result = {}
    for name, entry in json.loads(data[8:start]).items():
        if name != "__metadata__":
            low, high = entry["data_offsets"]
            result[name] = np.frombuffer(data[start + low : start + high], "<f4").reshape(entry["shape"])
    return result


def deviation(found, rows):
    """The largest difference of tensors from their rows: a name, a norm, and first elements where there are any."""
    least = 1e-3 * max(row[1] for row in rows)
    largest = 0.0
    for row in rows:
        elements = found[row[0]].astype(np.float64).ravel()
        first = row[2] if len(row) > 2 else []
        differences = [np.linalg.norm(elements) - row[1]] + list(elements[: len(first)] - np.array(first))
        largest = max(largest, max(abs(d) for d in differences) / max(row[1], least))
    return largest


def compare(reference, options, folder):
    """The differences of a network's run by their kinds."""
    name = reference["name"]
    spec, variant = SPECS.get(name, (name, None))
    network = [f"specs/{spec}.yaml", "--input", "x".join(map(str, reference["input"]))]
    network += ["--variant", variant] if variant else []
    weights = folder / "weights.safetensors"
    subprocess.run([options.cnnc, "weights", "init", *network, "-o", weights], check=True, capture_output=True)
    shapes = {name: tensor.shape for name, tensor in tensors(weights).items()}
    # Auxiliary heads are trained too, and their tensors are in no file that is drawn.
    report = subprocess.run([options.cnnc, "check", *network, "--format", "json"], capture_output=True)
    for head in json.loads(report.stdout)[0].get("heads") or []:
        for layer in head["layers"]:
            shapes.update({tensor["name"]: tensor["shape"] for tensor in layer["tensors"]})
    first = {name: synthetic(name, shape) for name, shape in shapes.items()}
    np.savez(folder / "weights.npz", **first)
    batch = reference["batch"]
    labels = np.array([(7 * i + 3) % reference["classes"] for i in range(batch)])
    np.savez_compressed(folder / "batch.npz", x=synthetic("input", [batch, *reference["input"]]), y=labels)
    steps = len(reference["losses"])
    command = [options.cnnc, "train", *network, "--data", folder / "batch.npz", "--val", "none", "--weights"]
    command += [folder / "weights.npz", "--no-augment", "--no-dropout", "--opt", "sgd", "--sched", "constant"]
    command += ["--lr", str(reference["lr"]), "--momentum", str(reference["momentum"])]
    command += ["--weight-decay", str(reference["weight_decay"]), "--epochs", str(steps), "--batch", str(batch)]
    command += ["--log", "json", "-o", folder / "run"]
    command += ["--threads", options.threads] if options.threads else []
    command += ["--memory", options.memory] if options.memory else []
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"{name}: {run.stderr}")
    losses = [json.loads(line)["train_loss"] for line in run.stdout.splitlines()]
    trained = tensors(folder / "run/last/model.safetensors")
    updates = {name: trained[name].astype(np.float64) - first[name] for name in trained}
    # Of statistics too: what changed is the difference from what was there.
    return {
        "losses": max(abs(a - b) / abs(b) for a, b in zip(losses, reference["losses"], strict=True)),
        "trained": deviation(trained, reference["trained"]),
        "updates": deviation(updates, reference["updates"]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--cnnc", default=".build/release/cnnc")
    parser.add_argument("--threads")
    parser.add_argument("--memory")
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    names = options.names or sorted(path.stem for path in options.folder.glob("*.json"))
    failures = []
    for name in names:
        reference = json.loads((options.folder / f"{name}.json").read_text())
        if options.keep:
            (options.keep / name).mkdir(parents=True)
            found = compare(reference, options, options.keep / name)
        else:
            with tempfile.TemporaryDirectory() as folder:
                found = compare(reference, options, pathlib.Path(folder))
        own = reference["deviation"]
        print(name, *(f"{kind} {value:.1e} (PyTorch {own[kind]:.1e})" for kind, value in found.items()), sep="  ", flush=True)
        if any(value > max(1e-5, 3 * own[kind]) for kind, value in found.items()):
            failures.append(name)
    if failures:
        sys.exit(f"beyond max(1e-5, 3 times PyTorch's): {', '.join(failures)}")


if __name__ == "__main__":
    main()
