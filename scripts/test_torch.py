"""Compares generated PyTorch source with cnnc, network by network.

usage: test_torch.py --cnnc .build/release/cnnc [--random FOLDER] [--reference FOLDER] [NAME ...]

Every spec and variant of specs/, the specs made for trouble among the tests, the one with every kind of layer, and specs
drawn at random are generated as PyTorch source. The source must pass `ruff check` and `ruff format --check`, take the file of
`cnnc weights init` with `load_state_dict(strict=True)`, and give the outputs of `cnnc run` for weights and statistics drawn
at random: within 1e-5 of the largest, or ten times what float32 and float64 of PyTorch differ by. Names and shapes of a
state_dict are compared with those of torchvision and timm where --reference has them; all that it has must be met.
"""

import argparse
import contextlib
import importlib.util
import json
import pathlib
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

import zoo

ROOT = zoo.ROOT
PACKAGES = ["numpy", "ruff", "safetensors", "torch"]

missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
if missing:
    print(f"test_torch: skipped, since {sys.executable} lacks {', '.join(missing)};")
    print(f"  {sys.executable} -m pip install {' '.join(missing)}")
    sys.exit(0)

import numpy as np
import torch
from safetensors.torch import load_file


class Failure(Exception):
    """What is wrong with a network's source."""


def run(*arguments: object) -> str:
    """The output of a command; what it complains of where it fails."""
    command = [str(argument) for argument in arguments]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode:
        raise Failure(f"{' '.join(command)}\n{result.stderr}{result.stdout}".strip())
    return result.stdout


def reference(folder: pathlib.Path | None, network: zoo.Network) -> pathlib.Path | None:
    """The file with what torchvision or timm have under a network's name; None where there is nothing."""
    if folder is None:
        return None
    name = network.variant or network.path.stem
    paths = [folder / f"{candidate}.json" for candidate in (name, f"{network.path.stem}_{name}")]
    return next((path for path in paths if path.exists()), None)


def flattened(output: object) -> list[torch.Tensor]:
    """The tensors of a network's output, in their order."""
    if isinstance(output, dict):
        return list(output.values())
    if isinstance(output, tuple):
        return [tensor for part in output for tensor in flattened(part)]
    return [output]


class Case:
    """A network, and the files that are made of it."""

    def __init__(self, network: zoo.Network, folder: pathlib.Path):
        self.choice = network.choice
        self.is_random = not network.path.is_relative_to(ROOT)
        # What is drawn at random or made for trouble may lead nowhere.
        self.learns = network.path.is_relative_to(ROOT / "specs")
        self.label = network.path.name if self.is_random else network.name
        if self.is_random and network.variant:
            self.label += f"@{network.variant}"
        self.module = "net_" + re.sub(r"\W", "_", self.label)
        self.folder = folder
        self.source = folder / f"{self.module}.py"

    def has_first_weights(self, cnnc: str) -> bool:
        """Whether the tensors of a spec that was drawn at random can begin."""
        with contextlib.suppress(Failure):
            run(cnnc, "weights", "init", *self.choice, "-o", self.folder / "weights.safetensors")
            return True
        return False

    def generate(self, cnnc: str) -> None:
        run(
            cnnc, "generate", *self.choice, "--target", "pytorch",
            "--type-name", "Net", "-o", self.source,
        )  # fmt: skip

    def network(self, **options: object) -> torch.nn.Module:
        specification = importlib.util.spec_from_file_location(self.module, self.source)
        module = importlib.util.module_from_spec(specification)
        sys.modules[self.module] = module
        specification.loader.exec_module(module)
        return module.Net(**options)

    def inputs(self) -> dict[str | None, list[int]]:
        """The shapes of the inputs, from the graph."""
        text = run(self.runner, "expand", *self.choice, "--format", "json")
        graph = json.loads(text)
        if "inputs" in graph:
            return {entry["name"]: entry["shape"] for entry in graph["inputs"]}
        return {None: graph["input"]}

    def compare(self, runner: str, expected: object, batch: int) -> str:
        self.runner = runner
        weights = self.folder / "weights.safetensors"
        run(runner, "weights", "init", *self.choice, "-o", weights, "--seed", 1)
        network = self.network()
        heads = hasattr(network, "has_heads")
        if heads:
            network = self.network(heads=False)
        network.eval()
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            network.load_state_dict(load_file(weights), strict=True)
        if expected is not None:
            self.check_names(network, expected)
        pickle.loads(pickle.dumps(network.cpu()))
        generator = torch.Generator().manual_seed(3)
        arguments, inputs = [], []
        for position, (name, shape) in enumerate(self.inputs().items()):
            tensor = torch.randn([batch, *shape], generator=generator)
            path = self.folder / f"input{position}.npy"
            np.save(path, tensor.numpy())
            arguments += ["--input", f"{name}={path}" if name else path]
            inputs.append(tensor)
        weights, single = self.drawn(network, weights, inputs)
        output = self.folder / "output.safetensors"
        run(
            runner, "run", *self.choice, "--weights", weights, *arguments,
            "-o", output,
        )  # fmt: skip
        found = load_file(output)
        keys = list(single) if isinstance(single, dict) else list(found)
        difference = self.difference(keys, single, found)
        if difference > 1e-5:
            # What float32 cannot tell apart in this network is no difference.
            with torch.no_grad():
                double = network.double()(*[tensor.double() for tensor in inputs])
            own = self.difference(keys, double, dict(zip(keys, flattened(single), strict=True)))
            theirs = self.difference(keys, double, found)
            if not theirs <= max(1e-5, 10 * own):
                raise Failure(
                    f"differs by {theirs:.2e} of the largest, where PyTorch does by {own:.2e}"
                )
            network.float()
        if heads or sum(tensor.numel() for tensor in network.state_dict().values()) < 3_000_000:
            self.check_training(inputs)
        return f"{difference:.1e}"

    def drawn(
        self, network: torch.nn.Module, weights: pathlib.Path, inputs: list[torch.Tensor]
    ) -> tuple[pathlib.Path, object]:
        """Weights drawn at random with which the outputs depend on the inputs, and what they give."""
        path = self.folder / "drawn.safetensors"
        for scales in zoo.scales(weights):
            shutil.copyfile(weights, path)
            zoo.perturb(path, 7, scales)
            network.load_state_dict(load_file(path), strict=True)
            with torch.no_grad():
                single = network(*inputs)
                outputs = flattened(single)
                if not self.learns:
                    return path, single
                if not all(bool(tensor.isfinite().all()) for tensor in outputs):
                    continue
                others, nears = [
                    dict(enumerate(flattened(network(*changed))))
                    for changed in (
                        [-tensor for tensor in inputs],
                        [tensor.nextafter(torch.tensor(torch.inf)) for tensor in inputs],
                    )
                ]
            if (
                self.difference(list(others), outputs, others) >= zoo.LEAST_VARIATION
                and self.difference(list(nears), outputs, nears) <= zoo.LARGEST_GROWTH
            ):
                return path, single
        raise Failure("the outputs hardly depend on the inputs, or on their rounding, whatever weights are drawn")

    def difference(self, keys: list[str], output: object, found: dict[str, torch.Tensor]) -> float:
        """The largest difference of outputs over the largest of an output."""
        worst = 0.0
        for key, mine in zip(keys, output if isinstance(output, list) else flattened(output), strict=True):
            theirs = found[key]
            if theirs.shape != mine.shape:
                raise Failure(f"{key} is {list(mine.shape)}, but {list(theirs.shape)} in cnnc")
            largest = mine.abs().max().item() or 1.0
            worst = max(worst, (theirs.double() - mine.double()).abs().max().item() / largest)
        return worst

    def check_names(self, network: torch.nn.Module, expected: dict) -> None:
        found = {
            name: list(tensor.shape)
            for name, tensor in network.state_dict().items()
            if not name.endswith("num_batches_tracked")
        }
        wanted = {name: shape for name, shape in expected["state"]}
        wanted = {n: s for n, s in wanted.items() if not n.endswith("num_batches_tracked")}
        # Heads for training, which some references have, are told from the rest by their beginning.
        wanted = {n: s for n, s in wanted.items() if n in found or not n.lower().startswith("aux")}
        if found != wanted:
            names = sorted(found.keys() | wanted.keys())
            first = [name for name in names if found.get(name) != wanted.get(name)][:3]
            raise Failure(f"other names or shapes than the reference: {first}")

    def check_training(self, inputs: list[torch.Tensor]) -> None:
        """Takes a step of training, in which every head gives something and every parameter of a network has a gradient."""
        network = self.network().train()
        output = network(*[torch.cat([tensor, tensor + 0.1]) for tensor in inputs])
        if hasattr(network, "has_heads") and not isinstance(output, tuple):
            raise Failure("in training there is no head")
        loss = sum(tensor.float().square().mean() for tensor in flattened(output))
        if loss.requires_grad:
            loss.backward()
        for name, parameter in network.named_parameters() if self.learns else []:
            if parameter.requires_grad and parameter.grad is None:
                raise Failure(f"{name} has no gradient")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnnc", default=str(ROOT / ".build/release/cnnc"))
    parser.add_argument("--runner", help="another cnnc for all but generate")
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--random", type=pathlib.Path, help="a folder of specs drawn at random")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("names", nargs="*", help="resnet50 or resnet50@resnet101; all without one")
    options = parser.parse_args()
    failures, clock, unmet = [], zoo.Clock(), set()
    paths = zoo.specs(*zoo.FIXTURES) + zoo.drawn(options.random)
    todo = [network for path in paths for network in zoo.networks(options.cnnc, path) if network.is_among(options.names)]
    if options.reference and not options.names:
        unmet = {path for path in options.reference.glob("*.json") if "state" in json.loads(path.read_text())}
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for network in sorted(todo, key=lambda network: network.macs or 0):
            case, own = Case(network, folder), zoo.Clock()
            try:
                if case.is_random and not case.has_first_weights(options.runner or options.cnnc):
                    continue
                case.generate(options.cnnc)
                path = reference(options.reference, network)
                expected = json.loads(path.read_text()) if path else None
                worst = case.compare(options.runner or options.cnnc, expected, options.batch)
                unmet.discard(path)
                print(f"ok    {case.label}: {worst}{', names' if expected else ''}  ({own})", flush=True)
            except Exception as error:  # noqa: BLE001 - one network's fault is a line
                failures.append(case.label)
                print(f"FAIL  {case.label}: {type(error).__name__}: {error}  ({own})", flush=True)
        failures += [f"{path.name} is no network's here" for path in sorted(unmet)]
        ruff = [sys.executable, "-m", "ruff"]
        for arguments in (["check", "-q"], ["format", "--check", "-q", "--diff"]):
            result = subprocess.run(
                [*ruff, *arguments, "--isolated", folder],
                check=False,
                capture_output=True,
                text=True,
            )
            if result.returncode:
                failures.append(f"ruff {arguments[0]}")
                print(f"FAIL  ruff {arguments[0]}\n{result.stdout}{result.stderr}")
    print(f"{len(todo)} networks, {len(failures)} failures, {clock}" + "".join(f"\n  {f}" for f in failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
