#!/usr/bin/env python3
"""Makes steps of training of every network in cnnc and in PyTorch, by `cnnc verify`, and reads its certificates.

usage: test_training_steps.py [--cnnc .build/release/cnnc] [--random FOLDER] [--part 1/2] [NAME ...]

Every spec of specs/ with its variants, the one with every kind of layer, and specs drawn at random: outputs, gradients, five
losses and the tensors behind the last step must be equal, as docs/exchange.md says; the losses within 1e-4, as they come or of each
step from PyTorch's own tensors before it. Large networks take small images, and very deep ones small scales of norms. A certificate
must have the hashes of the files that it is about.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import zoo

PACKAGES = ["numpy", "torch"]
STEPS = 5
LIMIT = 1e-4
# Networks of more multiply-accumulates an image take smaller images, of which more are needed for the norms.
LARGE_MACS = 100_000_000
SAMPLES = 4
# Outputs that differ less from image to image, over the largest, are as good as the same to `verify`.
LEAST_VARIATION = 1e-4
SEED = 1
# Tensors of large networks are made and given up by the hundred. Memory that glibc keeps comes without the system's clearing it anew.
KEPT_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 36)}


class Failure(Exception):
    """What is wrong with a comparison."""


def certificate(options: argparse.Namespace, network: zoo.Network, words: list[str], path: pathlib.Path) -> dict:
    """What `cnnc verify` writes of a network with numbers that do something in every tensor."""
    first = path.with_name("first.safetensors")
    run([options.cnnc, "weights", "init", *network.choice, *words, "--seed", str(SEED), "-o", str(first)])
    for scales in zoo.scales(first):
        weights = shutil.copyfile(first, path.with_suffix(".safetensors"))
        zoo.perturb(weights, SEED, scales, trains=True)
        try:
            require_life(options, network, words, weights)
            return scaled_certificate(options, network, words, path, weights)
        except zoo.Lifeless as error:
            found = error
    raise found


def require_life(options: argparse.Namespace, network: zoo.Network, words: list[str], weights: pathlib.Path) -> None:
    """Sees by a run that outputs depend on the image: training that starts where they do not takes long, and says nothing."""
    import numpy as np

    if len(network.inputs) > 1:
        return
    sizes = map(int, words[-1].split("x")) if words else network.inputs[0]
    images, found = weights.with_name("images.npy"), weights.with_name("outputs.npz")
    np.save(images, np.random.default_rng(SEED).random([SAMPLES, *sizes], np.float32))
    choice = [*network.choice, *words, "--weights", str(weights), "--input", str(images), "-o", str(found)]
    if subprocess.run([options.cnnc, "run", *choice], check=False, capture_output=True).returncode:
        return  # `verify` says why.
    with np.load(found) as file:
        if all(np.ptp(file[name], axis=0).max(initial=0) <= LEAST_VARIATION * np.abs(file[name]).max() for name in file.files):
            raise zoo.Lifeless("the outputs hardly depend on the inputs")


def scaled_certificate(
    options: argparse.Namespace, network: zoo.Network, words: list[str], path: pathlib.Path, weights: pathlib.Path
) -> dict:
    """The same of certain weights."""
    path.unlink(missing_ok=True)
    command = [
        options.cnnc, "verify", *network.choice, *words, "--weights", str(weights), "--with", "torch", "--python", options.python,
        "--samples", str(SAMPLES), "--gradients", "--train-steps", str(STEPS), "--report", str(path),
    ]  # fmt: skip
    run(command)
    return json.loads(path.read_text())


def run(command: list[str]) -> None:
    """Runs a command that must end well."""
    result = subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | KEPT_MEMORY)
    if result.returncode and "nothing compared" in result.stdout:
        raise zoo.Lifeless(result.stdout[-1500:])
    if result.returncode:
        raise Failure(f"status {result.returncode}\n{(result.stdout + result.stderr).strip()[-1500:]}")


def check(found: dict, network: zoo.Network) -> str:
    """The largest differences of a certificate, after a look at all that it must say."""
    hashes = found["sha256"]
    own = hashlib.sha256(network.path.read_bytes()).hexdigest()
    if hashes.get(str(network.path)) != own or len(hashes.get("network.py", "")) != 64:
        raise Failure(f"the hashes are {hashes}, and the spec's is {own}")
    (peer,) = found["peers"]
    if peer["verdict"] != "equal" or found["samples"] != SAMPLES:
        raise Failure(f"the verdict is {peer['verdict']} on {found['samples']} samples")
    losses, text = peer["losses"], []
    if len(losses) != STEPS or not peer["gradients"] or not peer["trained_tensors"]:
        raise Failure(f"compared are {len(losses)} losses, {len(peer['gradients'])} gradients")
    for name in ("outputs", "losses", "gradients", "trained_tensors"):
        text.append(f"{name} {max(map(difference, peer[name])):.1e}")
    if any(difference(entry) > LIMIT for entry in losses):
        raise Failure(f"the losses are {losses}")
    judged = [name for name in ("losses", "gradients", "trained_tensors") if any("of_same_values" in e for e in peer[name])]
    if judged:
        text.append(f"({', '.join(judged)} without the rounding before them)")
    manners = [entry.get("of_same_values", {}).get("manner") for name in judged for entry in peer[name]]
    text += [f"({manners.count(manner)} {manner})" for manner in ("direct", "beside") if manner in manners]
    return " ".join(text)


def part(networks: list[zoo.Network], text: str) -> list[zoo.Network]:
    """The share of networks that one of several processes takes, `1/2`; the second begins with its largest.

    So the largest of all, which take gigabytes, are not compared beside each other.
    """
    number, count = map(int, text.split("/"))
    if not 1 <= number <= count:
        raise ValueError(text)
    ordered = sorted(networks, key=lambda network: (network.parameters, network.macs or 0))[number - 1 :: count]
    return ordered if number % 2 else ordered[::-1]


def difference(entry: dict) -> float:
    """What decides: the difference itself, or the same of the same values."""
    return entry["difference"] if entry["difference"] <= entry["limit"] else entry["of_same_values"]["difference"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnnc", default=str(zoo.ROOT / ".build/release/cnnc"))
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--random", type=pathlib.Path, help="a folder of specs drawn at random")
    parser.add_argument("--part", default="1/1", help="which share of them, 1/2 or 2/2 of two processes; all without it")
    parser.add_argument("names", nargs="*", help="resnet50 or resnet50@resnet101; all without one")
    options = parser.parse_args()
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        print(f"test_training_steps: skipped, since {sys.executable} lacks {', '.join(missing)};")
        print(f"  {sys.executable} -m pip install {' '.join(missing)}")
        return 0
    paths = zoo.specs("Tests/SwiftEmissionTests/Fixtures/kinds.yaml") + zoo.drawn(options.random)
    todo = [network for path in paths for network in zoo.networks(options.cnnc, path) if network.is_among(options.names)]
    try:
        todo = part(todo, options.part)
    except ValueError:
        parser.error(f"--part is 1/2 or 2/2 of two, and not {options.part}")
    failures, whole = [], zoo.Clock()
    with tempfile.TemporaryDirectory() as folder:
        for network in todo:
            clock = zoo.Clock()
            words = network.smaller(options.cnnc, LARGE_MACS, trains=True)
            label = " ".join([network.name, *words])
            try:
                found = certificate(options, network, words, pathlib.Path(folder) / "certificate.json")
                said = check(found, network)
                print(f"ok    {label}: {said}  ({clock})", flush=True)
            except Exception as error:  # noqa: BLE001 - one network's fault is a line
                failures.append(label)
                print(f"FAIL  {label}: {type(error).__name__}: {error}  ({clock})", flush=True)
    print(f"{len(todo)} networks, {len(failures)} failures, {whole}" + "".join(f"\n  {f}" for f in failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
