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

import zoo
from verified_specs import (
    CONSTANT, DEAD, MOVING, NEIGHBOURS, NUMBERS, OTHER_HEAD, PLAIN_HEAD, ROUNDING, ROUNDING_POOLED, SEVERAL, SPEC, TRAINED,
)

# What the ONNX file of the spec of rounding is changed in: norms make much of it, and of rounding.
ROUNDING_FAULTS = [
    ("another epsilon, no reference", "BatchNormalization", "epsilon", 0.1, "bn1"),
    ("another epsilon behind it", "InstanceNormalization", "epsilon", 0.1, "instance_norm1"),
]

# A network whose steps rounding puts anywhere, and faults of training that are smaller than that.
UNSTABLE = [str(zoo.ROOT / "specs/mobilenet_v1.yaml"), "--variant", "tiny", "--input", "3x64x64", "--samples", 4]
UNSTABLE_FAULTS = [
    ("no fault", None, None),
    ("another momentum of a norm", r"BatchNorm2d\(8\)", "BatchNorm2d(8, momentum=0.11)"),
    ("a norm of a few batches", r"BatchNorm2d\(8\)", "BatchNorm2d(8, momentum=None)"),
    ("a part of a gradient", r"\(self\.conv_dw\(x\)\)", "(self.conv_dw(0.98 * x + 0.02 * x.detach()))"),
    ("a gradient that is missing", r"x = self\.blocks\(x\)", "x = self.blocks(x.detach())"),
    ("another epsilon, a little", r"BatchNorm2d\(8\)", "BatchNorm2d(8, eps=2e-5)"),
    ("a factor in training", r"(        return self\.classifier)", r"        x = x * 0.999 if self.training else x\n\1"),
    ("a tensor that stays", r"(        self\.classifier = .*\n)", r"\1        self.classifier.weight.requires_grad_(False)\n"),
]

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

# Sources that Python does not run, and what is said behind the line.
BROKEN_SOURCES = [
    ("no Python", r"(        )self\.head = ", r"\1self.head = = ", ":"),
    ("a name of nothing", r"(?m)^(        return .*)$", r"        return nothing", ": NameError: name 'nothing'"),
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


rounds_down = set_attribute("MaxPool", "pads", [0, 0, 0, 0])

MODEL_FAULTS = [
    ("another epsilon", set_attribute("BatchNormalization", "epsilon", 0.001), "norm"),
    ("exchanged branches", exchange_branches, "both.concat1"),
    ("a divisor without padding", set_attribute("AveragePool", "count_include_pad", 0), "mean"),
    ("a pool that rounds down", rounds_down, "most"),
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

    def verify(self, engine, title, layer, *arguments, spec=None, weights="random:1"):
        """`layer` is None where nothing differs, empty where no layer does, and 2 where nothing is compared."""
        report = self.folder / "report.json"
        chosen = spec if isinstance(spec, list) else [spec or self.spec]
        run = self.cnnc(
            "verify", *chosen, "--weights", weights, "--with", engine, "--python", self.options.python, "--report",
            report, *arguments)
        self.count += 1
        problem = None
        if run.returncode != (0 if layer is None else 2 if layer == 2 else 1):
            problem = f"status {run.returncode}"
        elif layer == 2:
            verdict = json.loads(report.read_text())["peers"][0]["verdict"]
            if verdict != "nothing compared" or "nothing was compared" not in run.stderr:
                problem = f"the verdict is {verdict}"
        elif layer:
            found = json.loads(report.read_text())["peers"][0].get("first_difference", {})
            if layer not in [found.get("name"), *found.get("unseen", [])]:
                problem = f"named {found.get('name')}, with {found.get('unseen')}, not {layer}"
        print(f"{engine:12} {title:40} {'ok' if problem is None else problem}")
        if problem:
            self.failures += 1
            print(run.stdout + run.stderr)


    def verify_unstable(self):
        """Plants faults of training in a network in which rounding makes more of the outcome than they do."""
        source = self.folder / "unstable.py"
        made = self.cnnc("generate", *UNSTABLE[:5], "--target", "pytorch", "-o", source)
        if made.returncode != 0:
            sys.exit(made.stderr)
        text = source.read_text()
        # With its first numbers alone the last layers see nothing of an image.
        weights = self.folder / "unstable.safetensors"
        made = self.cnnc("weights", "init", *UNSTABLE[:5], "--seed", 1, "-o", weights)
        if made.returncode != 0:
            sys.exit(made.stderr)
        zoo.perturb(weights, 1)
        for title, pattern, replacement in UNSTABLE_FAULTS:
            words = ["--gradients", "--train-steps", 3]
            if pattern:
                edited, count = re.subn(pattern, replacement, text)
                if count != 1:
                    sys.exit(f"{title}: {count} places in the source, not one\n{text}")
                source.write_text(edited)
                words += ["--torch-source", source]
            self.verify("torch", f"unstable: {title}", "" if pattern else None, *words, spec=UNSTABLE, weights=weights)

    def verify_refused(self, title, reason, *arguments):
        """Sees that PyTorch source fails for a reason."""
        run = self.cnnc("verify", self.spec, "--with", "torch", "--python", self.options.python, *arguments)
        self.count += 1
        is_said = run.returncode == 1 and reason in run.stdout
        print(f"{'torch':12} {title:40} {'ok' if is_said else f'status {run.returncode}'}")
        if not is_said:
            self.failures += 1
            print(run.stdout + run.stderr)

    def verify_unable(self, engine):
        """Finds a fault where onnx's reference evaluator computes something else than ONNX says, and has it say so itself."""
        import onnx

        spec, path = self.folder / "neighbours.yaml", self.folder / "neighbours.onnx"
        spec.write_text(NEIGHBOURS)
        if engine == "onnx":
            run = self.cnnc("verify", spec, "--with", engine, "--python", self.options.python)
            self.count += 1
            is_said = run.returncode == 2 and "skipped: it applies LRN" in run.stdout
            title = "a layer that it cannot do"
            print(f"{engine:12} {title:40} {'ok' if is_said else f'status {run.returncode}'}")
            if not is_said:
                self.failures += 1
                print(run.stdout + run.stderr)
            return
        self.verify(engine, "channels and neighbours", None, "--all-layers", spec=spec)
        made = self.cnnc("export", spec, "--weights", "random:1", "-o", path)
        if made.returncode != 0:
            sys.exit(made.stderr)
        model = onnx.load(path)
        set_attribute("LRN", "beta", 0.76)(model)
        onnx.save(model, path)
        self.verify(engine, "another exponent, no reference", "across", "--onnx-file", path, spec=spec)

    def verify_rounding(self, engine):
        """Tells what norms make of rounding from faults, where the reference evaluator cannot run the file."""
        import onnx

        pooled, spec, path = self.folder / "pooled.yaml", self.folder / "rounding.yaml", self.folder / "rounding.onnx"
        pooled.write_text(ROUNDING_POOLED)
        self.verify(engine, "what norms make of rounding", None, "--all-layers", spec=pooled)
        spec.write_text(ROUNDING)
        self.verify(engine, "a norm at the end", None, spec=spec)
        self.verify(engine, "a norm at the end, layers", None, "--all-layers", spec=spec)
        made = self.cnnc("export", spec, "--weights", "random:1", "-o", path)
        if made.returncode != 0:
            sys.exit(made.stderr)
        for title, op, name, value, layer in ROUNDING_FAULTS:
            model = onnx.load(path)
            set_attribute(op, name, value)(model)
            changed = self.folder / "changed.onnx"
            onnx.save(model, changed)
            self.verify(engine, title, layer, "--all-layers", "--onnx-file", changed, spec=spec)


    def verify_outputs(self, engine):
        """Knows outputs by their names, in whatever order a file has them."""
        import onnx

        spec, path = self.folder / "outputs.yaml", self.folder / "outputs.onnx"
        spec.write_text(SEVERAL)
        made = self.cnnc("export", spec, "--weights", "random:1", "-o", path)
        if made.returncode != 0:
            sys.exit(made.stderr)
        model = onnx.load(path)
        first, second = list(model.graph.output)
        del model.graph.output[:]
        model.graph.output.extend([second, first])
        onnx.save(model, path)
        self.verify(engine, "outputs in another order", None, "--onnx-file", path, spec=spec)
        # The values stay where they are, under the other's name and under a name that nobody knows.
        for node in model.graph.node:
            names = {first.name: "unknown", second.name: first.name}
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]
        first.name, second.name = "unknown", first.name
        del model.graph.output[:]
        model.graph.output.extend([first, second])
        onnx.save(model, path)
        self.verify(engine, "an output under another's name", "", "--onnx-file", path, spec=spec)


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
            drawn = r"\1        self.deep.register_forward_hook(lambda module, x, y: F.dropout(y, 0.05))\n"
            source.write_text(re.sub(r"(        self\.head = .*\n)", drawn, text))
            trial.verify_refused("what is drawn in a run", "drawn at random", "--torch-source", source)
            last = r"(?m)^(        return )(.*)$"
            for title, other, reason in (
                ("another number of outputs", re.sub(last, r"\1\2, x", text), "net.py: forward gives 2 tensors, and the network 1"),
                ("no tensor", re.sub(last, r"\1str(\2)", text), "net.py: forward gives a str, and no tensor"),
                ("the end of the process", text.replace("import torch\n", "import torch\nraise SystemExit\n"), ": SystemExit"),
            ):
                source.write_text(other)
                trial.verify_refused(title, reason, "--torch-source", source)
            for title, pattern, replacement, reason in BROKEN_SOURCES:
                broken = re.sub(pattern, replacement, text)
                source.write_text(broken)
                line = next(n for n, (a, b) in enumerate(zip(text.splitlines(), broken.splitlines()), 1) if a != b)
                trial.verify_refused(title, f"{source.name}:{line}{reason}", "--torch-source", source)
            trained = trial.folder / "trained.yaml"
            trained.write_text(TRAINED)
            steps = ["--gradients", "--train-steps", 3]
            trial.verify("torch", "a head and dropout", None, *steps, spec=trained)
            trial.verify("torch", "a head, and a run", None, "--all-layers", spec=trained)
            moving = trial.folder / "moving.yaml"
            moving.write_text(MOVING)
            trial.verify("torch", "vectors and statistics", None, *steps, spec=moving)

            trial.verify_unstable()
            for name, text, layer, words in (
                ("dead network", DEAD, 2, steps), ("network of numbers", NUMBERS, None, steps), ("constant network", CONSTANT, 2, []),
                ("constant image", CONSTANT, 2, ["--samples", 1]),
            ):
                path = trial.folder / "other.yaml"
                path.write_text(text)
                trial.verify("torch", f"a {name}", layer, *words, spec=path)
            for name, text in (("two outputs", SEVERAL), ("another size", OTHER_HEAD), ("no tensors", PLAIN_HEAD)):
                path = trial.folder / "heads.yaml"
                path.write_text(text)
                trial.verify("torch", f"a head and {name}", None, *steps, spec=path)
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
            for engine in engines:
                # onnx's reference takes pads that differ in another order, so it gets a pool that needs none.
                trial.spec.write_text(SPEC.replace("size: 16", "size: 17") if engine == "onnx" else SPEC)
                made = trial.cnnc("export", trial.spec, "--weights", "random:1", "-o", path)
                if made.returncode != 0:
                    sys.exit(made.stderr)
                model = onnx.load(path)
                trial.verify(engine, "no fault", None, "--all-layers")
                if engine != "onnx":
                    trial.verify_rounding(engine)
                trial.verify_unable(engine)
                trial.verify_outputs(engine)
                for title, edit, layer in MODEL_FAULTS:
                    if engine == "onnx" and edit is rounds_down:
                        continue
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
