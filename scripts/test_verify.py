#!/usr/bin/env python3
"""Plants faults in what cnnc writes for other engines, and sees whether `cnnc verify` finds each where it is.

    scripts/test_verify.py [--cnnc PATH] [--python PATH]

A network is written as PyTorch source and as ONNX; another epsilon, exchanged branches, a divisor without padding, a pool that
rounds down and a changed tensor are put in, one at a time. `verify` must say that the network differs, end with 1 and name the
layer. Without a fault it must say that it is equal, with gradients and steps of training. Needs numpy, onnx, and of torch,
onnxruntime and openvino what is there; the rest is named and left out.
"""
import argparse
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SPEC = """\
cnnc: 1
model: Planted
input: {channels: 3, size: 16}
layers:
  - {name: stem, conv: {out: 8, kernel: 3, padding: half, bias: false}}
  - {name: norm, batch_norm: {epsilon: 0.01}}
  - relu
  - {name: mean, avg_pool: {kernel: 3, stride: 2, padding: half}}
  - name: both
    branches:
      left: {conv: {out: 4, kernel: 1}}
      right: {conv: {out: 4, kernel: 3, padding: half}}
    join: concat
  - {name: mix, conv: {out: 8, kernel: 1}}
  - {name: most, max_pool: {kernel: 3, stride: 2, round: ceil}}
  - {name: deep, conv: {out: 12, kernel: 3, padding: half}}
  - relu
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5}}
"""

# What training does otherwise than a run: heads, and what is dropped at random, which is not while it is compared.
TRAINED = """\
cnnc: 1
model: Trained
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3, padding: half}}
  - relu
  - residual:
      - conv: {out: 4, kernel: 3, padding: half}
      - drop_path: {rate: 0.5}
  - {name: middle, relu}
  - dropout: {rate: 0.5}
  - flatten
  - {name: head, linear: {out: 5}}
aux:
  early: {from: middle, weight: 0.3, seq: [global_avg_pool, flatten, linear: {out: 5}]}
"""

# What moves without a gradient, some of it twice a step.
MOVING = """\
cnnc: 1
model: Moving
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 6, kernel: 3, normalize_weight: spectral_norm}}
  - {name: up, transposed_conv: {out: 8, kernel: 2, stride: 2, normalize_weight: spectral_norm}}
  - {name: twice, conv: {out: 8, kernel: 3, padding: half, bias: false, normalize_weight: spectral_norm}}
  - {name: norm, batch_norm}
  - leaky_relu: {slope: 0.2}
  - share: twice
  - share: norm
  - leaky_relu: {slope: 0.2}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5, normalize_weight: spectral_norm}}
"""

# Beside outputs by their names.
SEVERAL = """\
cnnc: 1
model: Several
input: {channels: 3, size: 8}
layers:
  - {name: stem, conv: {out: 4, kernel: 3}}
  - global_avg_pool
  - flatten
  - {name: head, linear: {out: 5}}
aux:
  early: {from: stem, seq: [global_avg_pool, flatten, linear: {out: 5}]}
outputs: {classes: head, maps: stem}
"""

# Norms make rounding large, and onnx's reference evaluator has no groups of ConvTranspose.
ROUNDING = """\
cnnc: 1
model: Rounding
input: {channels: 4, depth: 6, size: [10, 12]}
layers:
  - conv: {out: 6, kernel: [3, 1, 3], stride: [1, 2, 1], padding: same, groups: 2}
  - transposed_conv: {out: 8, kernel: [2, 3, 1], stride: [2, 1, 2], groups: 2}
  - batch_norm
  - upsample: {by: 1.5, mode: trilinear}
  - instance_norm: {affine: true}
  - group_norm: {groups: 2}
  - layer_norm
  - max_pool: {kernel: 3, stride: 2}
  - adaptive_avg_pool: {size: [2, 3, 1]}
  - softmax
"""

GRADIENT_FAULT = (r"F\.relu\((self\.stem\(x\))\)", r"F.relu(1.5 * \1 - 0.5 * \1.detach())")

# The fault, an edit of the source as a pattern with what takes its place, and what `verify` must name: functions have no
# values that could be looked at, so the layer behind one is named, with it.
SOURCE_FAULTS = [
    ("another epsilon", r"eps=0\.01", "eps=0.001", "norm"),
    (
        "exchanged branches",
        r'self\.both\["left"\]\(x\), self\.both\["right"\]\(x\)',
        'self.both["right"](x), self.both["left"](x)',
        "both.concat1",
    ),
    ("a divisor without padding", r"(avg_pool2d\([^)]*padding=1)", r"\1, count_include_pad=False", "mean"),
    ("a pool that rounds down", "ceil_mode=True", "ceil_mode=False", "most"),
    (
        "a changed tensor",
        r"(        self\.head = .*\n)",
        r"\1        self.deep.register_forward_hook(lambda module, x, y: y + 0.01)\n",
        "deep",
    ),
]


def set_attribute(op, name, value):
    def edit(model):
        nodes = [n for n in model.graph.node if n.op_type == op]
        attribute = next(a for a in nodes[0].attribute if a.name == name)
        if isinstance(value, list):
            attribute.ints[:] = value
        elif isinstance(value, float):
            attribute.f = value
        else:
            attribute.i = value

    return edit


def exchange_branches(model):
    node = next(n for n in model.graph.node if n.op_type == "Concat")
    node.input[:] = list(node.input)[::-1]


def change_tensor(model):
    import onnx.numpy_helper

    tensor = next(t for t in model.graph.initializer if t.name == "deep.bias")
    changed = onnx.numpy_helper.to_array(tensor) + 0.01
    tensor.CopyFrom(onnx.numpy_helper.from_array(changed, tensor.name))


MODEL_FAULTS = [
    ("another epsilon", set_attribute("BatchNormalization", "epsilon", 0.001), "norm"),
    ("exchanged branches", exchange_branches, "both.concat1"),
    ("a divisor without padding", set_attribute("AveragePool", "count_include_pad", 0), "mean"),
    ("a pool that rounds down", set_attribute("MaxPool", "pads", [0, 0, 0, 0]), "most"),
    ("a changed tensor", change_tensor, "deep"),
]


class Trial:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.spec = folder / "planted.yaml"
        self.spec.write_text(SPEC)
        self.failures = 0
        self.count = 0

    def cnnc(self, *arguments):
        return subprocess.run([self.options.cnnc, *map(str, arguments)], capture_output=True, text=True, check=False)

    def verify(self, engine, title, layer, *arguments, spec=None):
        """`layer` is None where nothing differs, and empty where no layer does."""
        report = self.folder / "report.json"
        run = self.cnnc(
            "verify", spec or self.spec, "--weights", "random:1", "--with", engine, "--python", self.options.python, "--report",
            report, *arguments)
        self.count += 1
        problem = None
        if run.returncode != (0 if layer is None else 1):
            problem = f"status {run.returncode}"
        elif layer:
            found = json.loads(report.read_text())["peers"][0].get("first_difference", {})
            if layer not in [found.get("name"), *found.get("unseen", [])]:
                problem = f"named {found.get('name')}, with {found.get('unseen')}, not {layer}"
        print(f"{engine:12} {title:28} {'ok' if problem is None else problem}")
        if problem:
            self.failures += 1
            print(run.stdout + run.stderr)


def is_there(package):
    return importlib.util.find_spec(package) is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cnnc", default=".build/release/cnnc")
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(options, pathlib.Path(name))
        if is_there("torch"):
            trial.verify("torch", "no fault", None, "--all-layers", "--gradients", "--train-steps", 5)
            source = trial.folder / "net.py"
            made = trial.cnnc("generate", trial.spec, "--target", "pytorch", "-o", source)
            if made.returncode != 0:
                sys.exit(made.stderr)
            text = source.read_text()
            for title, pattern, replacement, layer in SOURCE_FAULTS:
                edited, count = re.subn(pattern, replacement, text)
                if count != 1:
                    sys.exit(f"{title}: {count} places in the source, not one\n{text}")
                source.write_text(edited)
                trial.verify("torch", title, layer, "--torch-source", source)
            trained = trial.folder / "trained.yaml"
            trained.write_text(TRAINED)
            steps = ["--gradients", "--train-steps", 3]
            trial.verify("torch", "a head and dropout", None, *steps, spec=trained)
            trial.verify("torch", "a head, and a run", None, "--all-layers", spec=trained)
            moving = trial.folder / "moving.yaml"
            moving.write_text(MOVING)
            trial.verify("torch", "vectors and statistics", None, *steps, spec=moving)

            several = trial.folder / "several.yaml"
            several.write_text(SEVERAL)
            trial.verify("torch", "a head and two outputs", None, *steps, spec=several)
            trial.cnnc("generate", trained, "--target", "pytorch", "-o", source)
            edited, count = re.subn(*GRADIENT_FAULT, source.read_text())
            if count != 1:
                sys.exit(f"{count} places in the source, not one\n{source.read_text()}")
            source.write_text(edited)
            trial.verify("torch", "another gradient", "", "--torch-source", source, *steps, spec=trained)
        else:
            print("torch: left out, for it is not there (pip install torch)")
        engines = [e for e in ("onnxruntime", "openvino", "onnx") if is_there(e) and is_there("onnx")]
        for missing in sorted({"onnxruntime", "openvino", "onnx"} - set(engines)):
            print(f"{missing}: left out, for it or onnx is not there (pip install onnx {missing})")
        if engines:
            import onnx

            path = trial.folder / "net.onnx"
            made = trial.cnnc("export", trial.spec, "--weights", "random:1", "-o", path)
            if made.returncode != 0:
                sys.exit(made.stderr)
            model = onnx.load(path)
            for engine in engines:
                trial.verify(engine, "no fault", None, "--all-layers")
                if engine != "onnx":
                    rounding = trial.folder / "rounding.yaml"
                    rounding.write_text(ROUNDING)
                    trial.verify(engine, "what norms make of rounding", None, "--all-layers", spec=rounding)
                for title, edit, layer in MODEL_FAULTS:
                    changed = onnx.ModelProto()
                    changed.CopyFrom(model)
                    edit(changed)
                    onnx.save(changed, path)
                    trial.verify(engine, title, layer, "--onnx-file", path)
                # As what is larger than 2 GiB is: a second file has the tensors.
                outside = trial.folder / engine / "net.onnx"
                outside.parent.mkdir()
                changed = onnx.ModelProto()
                changed.CopyFrom(model)
                change_tensor(changed)
                for title, layer, kept in (("no fault, two files", None, model), ("a fault, two files", "deep", changed)):
                    copy = onnx.ModelProto()
                    copy.CopyFrom(kept)
                    onnx.save(copy, outside, save_as_external_data=True, location=f"{layer}.data", size_threshold=0)
                    trial.verify(engine, title, layer, "--all-layers", "--onnx-file", outside)
        print(f"{trial.count} runs of verify, {trial.failures} failed")
        sys.exit(1 if trial.failures else 0)


if __name__ == "__main__":
    main()
