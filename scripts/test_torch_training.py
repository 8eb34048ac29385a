"""Runs the scripts that `cnnc generate --with-training` writes, and compares them with `cnnc train`.

usage: test_torch_training.py --cnnc .build/release/cnnc [NAME ...]

Every script must pass `ruff check` and `ruff format --check`. On a small set of images that is made here, scripts are run by
`python`, and by `torchrun` with two processes over gloo; what the last test of theirs says is compared with `cnnc evaluate` on
the weights that they wrote. A run that was stopped after an epoch and went on must end as one that was not. Where nothing is
drawn at random, a batch being the whole set, the losses of several steps are compared with those of `cnnc train`, within 1e-4.
"""

import argparse
import csv
import importlib.util
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGES = ["numpy", "PIL", "ruff", "safetensors", "torch", "torchvision"]

missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
if missing:
    names = " ".join(name.replace("PIL", "pillow") for name in missing)
    print(f"test_torch_training: skipped, since {sys.executable} lacks {', '.join(missing)};")
    print(f"  {sys.executable} -m pip install {names}")
    sys.exit(0)

import numpy as np
from PIL import Image

HAS_LIGHTNING = importlib.util.find_spec("lightning") is not None

NETWORK = """cnnc: 1
model: Small
input: {channels: CHANNELS, size: 16}
preprocess: {PREPROCESS}
blocks:
  Unit: {params: {out: int}, layers: [conv: {out: out, kernel: 3, padding: half, bias: false}, batch_norm, relu]}
layers:
  - Unit: {out: 8}
  - max_pool: {kernel: 2}
  - Unit: {out: 16}
  - global_avg_pool
  - flatten
  - {name: fc, linear: {out: 4}}
"""

PLAIN = "{sgd: {lr: 0.05, momentum: 0.9, weight_decay: 1e-3}}"

# Of a name: a strategy, the form of the data, how it is run, and a recipe.
CASES = {
    "ddp": ("ddp", "idx", 2, "validation: test\nepochs: 2\nbatch: 32\nschedule: cosine\nwarmup: 0.5\nema: 0.9\n"),
    "ddp_parts": (
        "ddp", "folder", 2,
        ("validation: test\nepochs: 2\nbatch: 32\naccumulate: 2\nclip_norm: 1\naugment: [random_resized_crop, flip, "
        "color: {brightness: 0.2}, lighting, erase, randaugment, trivial_augment]\nmix: {mixup: 0.2, cutmix: 1}\n"
        "optimizer: {adamw: {weight_decay: 0.01, decay_norms: false, decay_biases: false}}\nschedule: one_cycle\n"),
    ),
    "fsdp": (
        "fsdp", "idx", 2,
        ("validation: test\nepochs: 2\nbatch: 32\nema: 0.9\nclip_norm: 1\nrates: {\"fc.*\": 1, \"*\": 0.5}\n"
        "optimizer: {adam: {lr: 0.01}}\nschedule: plateau\n"),
    ),
    "fsdp_one": ("fsdp", "npz", 1, f"validation: test\nepochs: 2\nbatch: 32\naccumulate: 2\noptimizer: {PLAIN}\n"),
    "lightning": (
        "lightning", "idx", 1,
        f"validation: test\nepochs: 2\nbatch: 32\naccumulate: 2\nclip_norm: 1\nema: 0.9\noptimizer: {PLAIN}\n",
    ),
    "lightning_two": (
        "lightning", "folder", 2, f"validation: test\nepochs: 2\nbatch: 32\nema: 0.9\noptimizer: {PLAIN}\n",
    ),
    "frozen": (
        "ddp", "folder", 1,
        f"validation: test\nepochs: 2\nbatch: 32\nfreeze: [\"*\", \"!fc\"]\ndropout: false\noptimizer: {PLAIN}\n",
    ),
    "several": (
        "ddp", "csv", 2,
        ("validation: 0.3\nepochs: 2\nbatch: 16\nloss: binary_cross_entropy\noptimizer: {rmsprop: {lr: 0.01, "
        "epsilon_inside: true, momentum: 0.9}}\nschedule: {exponential: 0.9}\n"),
    ),
}  # fmt: skip

# What is said of data without images to test on: of a name the form of the data, its folder, and what it is.
EMPTY = {
    "no_share": ("csv", "one_each", "no class has an image to test on beside one to learn from"),
    "no_tests": ("folder", "untested", "has no images to test on"),
}

# Scripts that are also called as they cannot be, one a strategy: what they say, behind the words.
MISTAKEN = ["ddp", "fsdp", "lightning"]
MISTAKES = {
    "has a run; --resume goes on, -o begins another": ["run"],
    "to go on from": ["none", "--resume"],
    "there is no elsewhere": ["none", "--data", "elsewhere"],
    "there is no weights.pth": ["none", "--weights", "weights.pth"],
}

# The images of a part to learn from, which two processes cannot share evenly.
TRAIN_IMAGES = 101

# Steps on the whole set at once, which `cnnc train` must make alike.
ALIKE = {
    "sgd": "optimizer: {sgd: {lr: 0.1, momentum: 0.9, dampening: 0.1, weight_decay: 1e-2, decay_norms: false}}\nschedule: "
    "cosine\nwarmup: 2\nclip_norm: 0.5\n",
    "nesterov": "optimizer: {sgd: {lr: 0.1, momentum: 0.9, nesterov: true}}\nschedule: one_cycle\nema: 0.5\n",
    "adam": "optimizer: {adam: {lr: 0.01, weight_decay: 1e-2, decay_biases: false}}\nschedule: {step: 2}\n",
    "adamw": "optimizer: {adamw: {lr: 0.01, weight_decay: 1e-1}}\nschedule: {multi_step: [2, 4]}\n",
    "rmsprop": "optimizer: {rmsprop: {lr: 0.003, momentum: 0.5}}\nschedule: {polynomial: {power: 2, min: 1e-4}}\n",
    "rmsprop_inside": "optimizer: {rmsprop: {lr: 0.003, epsilon_inside: true, epsilon: 1e-3}}\nschedule: {exponential: "
    "{gamma: 0.8, per: step}}\n",
    "smoothed": "loss: {cross_entropy: {label_smoothing: 0.1}}\noptimizer: {sgd: 0.1}\nschedule: plateau\n",
    "squared": "loss: mean_squared\noptimizer: {sgd: 0.1}\nrates: {\"fc.*\": 1, \"*\": 0.1}\n",
    "each": "loss: binary_cross_entropy\noptimizer: {sgd: 0.1}\nfreeze: [unit1]\n",
    "distances": "loss: radial_basis\noptimizer: {sgd: 0.01}\n",
}  # fmt: skip


class Failure(Exception):
    """What is wrong with a script."""


def run(*arguments: object, folder: pathlib.Path | None = None) -> str:
    """The output of a command; what it complains of where it fails."""
    command = [str(argument) for argument in arguments]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=folder, env=environment, timeout=600
    )
    if result.returncode:
        lines = (result.stdout + result.stderr).strip().splitlines()
        raise Failure(f"{' '.join(command)}\n" + "\n".join(lines[-25:]))
    return result.stdout


def images(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images `[N, 3, 16, 16]` of four classes: a bright quarter each, under noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) * 7 % 4
    samples = generator.integers(0, 120, (count, 3, 16, 16))
    for sample, label in zip(samples, labels, strict=True):
        row, column = 8 * (label // 2), 8 * (label % 2)
        sample[:, row : row + 8, column : column + 8] += 60
    return samples.astype(np.uint8), labels.astype(np.uint8)


def write_data(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """The same images in every form, by its name."""
    paths = {name: folder / name for name in ("idx", "folder", "csv", "one_each", "untested")}
    for path in paths.values():
        path.mkdir()
    arrays, rows = {}, []
    for part, beginning, count in (("train", "train", TRAIN_IMAGES), ("test", "t10k", 37)):
        samples, labels = images(count, len(part))
        arrays[f"x_{part}"], arrays[f"y_{part}"] = samples, labels.astype(np.int64)
        for what, array in (("images", samples[:, 0]), ("labels", labels)):
            head = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
            name = f"{beginning}-{what}-idx{array.ndim}-ubyte"
            (paths["idx"] / name).write_bytes(head + array.tobytes())
        for place, (sample, label) in enumerate(zip(samples, labels, strict=True)):
            path = paths["folder"] / part / "dcab"[label] / f"{place}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.moveaxis(sample, 0, 2).copy()).save(path)
            if part == "train":
                Image.open(path).save(paths["csv"] / f"{place}.png")
                rows.append([f"{place}.png", ["a;b", "b", "c;d", ""][label]])
    with (paths["csv"] / "list.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    names = [f"{label}.png" for label in range(4)]
    for name, row in zip(names, rows, strict=False):
        Image.open(paths["csv"] / row[0]).save(paths["one_each"] / name)
    (paths["one_each"] / "list.csv").write_text("".join(f"{name},class {name}\n" for name in names))
    (paths["untested"] / "train").symlink_to(paths["folder"] / "train")
    for label in "abcd":
        (paths["untested"] / "test" / label).mkdir(parents=True)
    np.savez(folder / "data.npz", **arrays)
    samples, labels = images(64, 9)
    numbers = (samples / np.float32(255) - np.float32(0.5)).astype(np.float32)
    np.savez(folder / "real.npz", x=numbers, y=labels.astype(np.int64))
    return paths | {
        "one_each": paths["one_each"] / "list.csv",
        "csv": paths["csv"] / "list.csv", "npz": folder / "data.npz", "real": folder / "real.npz",
    }  # fmt: skip


class Case:
    """A script in a folder of its own."""

    def __init__(
        self, folder: pathlib.Path, cnnc: str, strategy: str, form: str, data: pathlib.Path, recipe: str
    ) -> None:
        self.folder, self.cnnc, self.data, self.strategy = folder, cnnc, data, strategy
        folder.mkdir()
        text = NETWORK.replace("CHANNELS", "1" if form == "idx" else "3")
        preprocess = "{mean: [0.4], std: [0.3]}" if form == "idx" else "{mean: [0.4, 0.3, 0.2], std: 0.3}"
        text = text.replace("{PREPROCESS}", preprocess)
        if "radial_basis" in recipe:
            distances = "{name: fc, rbf: {out: 4, centers: codes.txt}}"
            text = text.replace("{name: fc, linear: {out: 4}}", distances)
            codes = np.random.default_rng(5).normal(size=(4, 16))
            np.savetxt(folder / "codes.txt", codes, fmt="%.4f")
        self.spec = folder / "small.yaml"
        self.spec.write_text(text)
        self.recipe = folder / "recipe.yaml"
        self.recipe.write_text(recipe)
        run(
            cnnc, "generate", self.spec, "--target", "pytorch", "-o", folder / "small.py", "--with-training", strategy,
            "--recipe", self.recipe, "--data", f"{form}:{data}",
        )  # fmt: skip
        ruff = [sys.executable, "-m", "ruff"]
        # Seen from there, the network's module is a file beside.
        run(*ruff, "check", "-q", "--isolated", ".", folder=folder)
        run(*ruff, "format", "--check", "-q", "--isolated", "--diff", ".", folder=folder)

    def train(self, output: str, *options: object, processes: int = 1) -> list[dict[str, float]]:
        """The rows of the log of a run."""
        start = [sys.executable]
        if self.strategy == "lightning":
            options += ("--devices", processes)
        elif processes > 1:
            start += ["-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
        run(*start, "train.py", "-o", output, *options, folder=self.folder)
        return self.rows(self.folder / output / "log.csv")

    @staticmethod
    def rows(path: pathlib.Path) -> list[dict[str, float]]:
        with path.open(newline="") as file:
            return [
                {name: float(value) for name, value in row.items() if value}
                for row in csv.DictReader(file)
            ]

    def evaluate(self, weights: pathlib.Path) -> tuple[float, float]:
        """The loss of the test images, and the share of those that are right."""
        text = run(self.cnnc, "evaluate", self.spec, "--weights", weights, "--data", self.data)
        found = re.search(r"loss ([\d.]+) \(\w+\), top-1 ([\d.]+) %", text)
        if not found:
            raise Failure(f"cnnc evaluate says\n{text}")
        return float(found[1]), float(found[2]) / 100


def check_run(case: Case, processes: int, has_test_part: bool) -> str:
    """Trains, goes on, and has cnnc test what came out."""
    rows = case.train("run", processes=processes)
    weights = case.folder / "run" / "last" / "model.safetensors"
    result = f"{processes} processes"
    if case.data.suffix == ".csv":
        row = rows[-1]
        if "train_top1" in row or not all(0 <= row.get(name, -1) <= 1 for name in ("train_f1", "val_f1", "val_map")):
            raise Failure(f"of several labels there is {row}")
    learned = TRAIN_IMAGES // 32 * 32 if "accumulate" in case.recipe.read_text() else TRAIN_IMAGES
    if has_test_part:
        right = rows[-1]["train_top1"] * learned
        if abs(right - round(right)) > 1e-3 or not 0 < right < learned:
            raise Failure(f"of {learned} images {right} are right")
        loss, first = case.evaluate(weights)
        row = rows[-1]
        if abs(loss - row["val_loss"]) > 1e-4 * max(1, loss) or abs(first - row["val_top1"]) > 1e-4:
            raise Failure(f"cnnc says {loss}, {first} of the weights, and the script {row}")
        result += f", loss {loss}, top-1 {first}"
    case.train("stopped", "--epochs", 1, processes=processes)
    # The schedule knows how long the run is, so the first epoch is that of a long one.
    if "schedule" not in case.recipe.read_text():
        again = case.train("stopped", "--epochs", 2, "--resume", processes=processes)
        if again != rows:
            raise Failure(f"a run that went on has {again}, and one that was not stopped {rows}")
        result += ", resumed"
    return result


def check_refusal(case: Case, message: str, *words: str) -> str:
    """Starts a run that cannot be."""
    try:
        case.train(*(words or ("run",)))
    except Failure as failure:
        if message in str(failure) and "Traceback" not in str(failure):
            return message
        raise
    raise Failure("nothing is said")


def check_alike(case: Case) -> str:
    """Compares the losses of steps with those of cnnc train, from the same weights."""
    weights = case.folder / "first.safetensors"
    run(case.cnnc, "weights", "init", case.spec, "-o", weights)
    own = case.train("run", "--weights", weights)
    run(
        case.cnnc, "train", case.spec, "--recipe", case.recipe, "--data", f"npz:{case.data}", "--weights", weights,
        "-o", case.folder / "cnnc", "--log", "none",
    )  # fmt: skip
    theirs = Case.rows(case.folder / "cnnc" / "log.csv")
    worst = 0.0
    for mine, other in zip(own, theirs, strict=True):
        for name in ("train_loss", "lr"):
            worst = max(worst, abs(mine[name] - other[name]) / max(1e-3, abs(other[name])))
    if worst > 1e-4:
        raise Failure(f"differs by {worst:.1e}: {own} and {theirs}")
    return f"{len(own)} steps, {worst:.1e}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnnc", default=str(ROOT / ".build/release/cnnc"))
    parser.add_argument("names", nargs="*", help=f"of {', '.join([*CASES, *EMPTY, *ALIKE])}")
    options = parser.parse_args()
    cnnc = str(pathlib.Path(options.cnnc).resolve())
    failures, count = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        data = write_data(folder)
        for label in [*CASES, *EMPTY, *ALIKE]:
            if options.names and label not in options.names:
                continue
            if label.startswith("lightning") and not HAS_LIGHTNING:
                print(f"skip  {label}: {sys.executable} -m pip install lightning", flush=True)
                continue
            count += 1
            try:
                if label in CASES:
                    strategy, form, processes, recipe = CASES[label]
                    case = Case(folder / label, cnnc, strategy, form, data[form], recipe)
                    said = check_run(case, processes, "validation: test" in recipe)
                    for message, words in MISTAKES.items() if label in MISTAKEN else []:
                        check_refusal(case, message, *words)
                elif label in EMPTY:
                    form, where, message = EMPTY[label]
                    recipe = f"validation: {'0.3' if form == 'csv' else 'test'}\nepochs: 1\nbatch: 4\noptimizer: {PLAIN}\n"
                    case = Case(folder / label, cnnc, "ddp", form, data[where], recipe)
                    said = check_refusal(case, message)
                else:
                    recipe = f"validation: none\nepochs: 6\nbatch: 64\n{ALIKE[label]}"
                    case = Case(folder / label, cnnc, "ddp", "npz", data["real"], recipe)
                    said = check_alike(case)
                print(f"ok    {label}: {said}", flush=True)
            except Exception as error:  # noqa: BLE001 - one script's fault is a line
                failures.append(label)
                print(f"FAIL  {label}: {type(error).__name__}: {error}", flush=True)
    print(f"{count} scripts, {len(failures)} failures" + "".join(f"\n  {f}" for f in failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
