#!/usr/bin/env python3
"""Exports networks as ONNX and compares what the engines make of the files with what `cnnc run` makes of the specs.

usage: test_onnx.py [--cnnc .build/release/cnnc] [--engines onnxruntime,openvino,onnx] [--random FOLDER] [--only NAME ...]

Every spec of specs/ with its variants and the spec with every kind of layer are exported with weights that are random in
every tensor. A file must pass onnx.checker with its full check and strict shape inference, be the same when it is written
again, and give cnnc's outputs for one image and for three: within 1e-5 of the largest output, or within ten times what the
engine's single precision is away from double precision. `--random` names a folder of specs drawn at random (see
scripts/WriteRandomSpecs.swift). Packages that are missing are named with the command that installs them, and what needs them is
skipped. The exit status is 1 if anything differs.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"numpy": "numpy", "onnx": "onnx", "onnxruntime": "onnxruntime", "openvino": "openvino"}
# The reference evaluator is slow: networks of more multiply-accumulates are left to the engines.
REFERENCE_MACS = 60_000_000

# Files of more bytes are not written a second time.
LARGEST_TWICE = 100_000_000


def missing_packages():
    """The packages that are not installed, by name."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


class Mismatch(Exception):
    """A file that is not what it should be."""


class NoWeights(Exception):
    """A network whose spec asks for first weights that its tensors cannot have."""


class Case:
    """A network: a spec, a variant of it, and what else it is exported with."""

    def __init__(self, path, variant=None, options=(), macs=None):
        self.path, self.variant, self.options = path, variant, list(options)
        self.macs = macs

    @property
    def name(self):
        parts = [os.path.relpath(self.path, ROOT)] + ([f"@{self.variant}"] if self.variant else []) + self.options
        return " ".join(parts)

    @property
    def choice(self):
        return [str(self.path)] + (["--variant", self.variant] if self.variant else [])


class Tester:
    def __init__(self, arguments, folder):
        self.cnnc, self.runner = arguments.cnnc, arguments.runner or arguments.cnnc
        self.engines = [name for name in arguments.engines.split(",") if importlib.util.find_spec(name)]
        self.folder = Path(folder)

    def call(self, program, *words):
        result = subprocess.run([program, *map(str, words)], capture_output=True, text=True)
        if result.returncode != 0:
            raise Mismatch(f"{' '.join(map(str, words))}: status {result.returncode}: {result.stderr.strip()[-600:]}")
        return result

    def networks(self, path):
        """What `cnnc check` says of a spec and of its variants; none where it is no network by itself."""
        words = [self.runner, "check", str(path), "--all-variants", "--format", "json"]
        result = subprocess.run(words, capture_output=True, text=True)
        return json.loads(result.stdout) if result.stdout.strip() else []

    def weights(self, case):
        """A file of weights with random numbers in every tensor that training changes."""
        import numpy as np

        path = self.folder / "weights.npz"
        try:
            self.call(self.runner, "weights", "init", *case.choice, "--seed", 1, "-o", path)
        except Mismatch as error:
            raise NoWeights(str(error)) from error
        random = np.random.default_rng(1)
        tensors = {}
        with np.load(path) as file:
            for name in file.files:
                value = file[name]
                last = name.split(".")[-1]
                if last == "running_var":
                    value = random.uniform(0.5, 1.5, value.shape)
                elif last in ("running_mean", "bias"):
                    value = random.uniform(-0.1, 0.1, value.shape)
                elif value.ndim == 1 and last == "weight":
                    value = random.uniform(0.5, 1.5, value.shape)
                tensors[name] = value.astype(np.float32)
        np.savez(path, **tensors)
        return path

    def test(self, case):
        """Exports and compares; the largest difference by engine."""
        import numpy as np
        import onnx

        weights = self.weights(case)
        path, again = self.folder / "net.onnx", self.folder / "again.onnx"
        self.call(self.cnnc, "export", *case.choice, "--weights", weights, "-o", path, *case.options)
        if path.stat().st_size < LARGEST_TWICE:
            self.call(self.cnnc, "export", *case.choice, "--weights", weights, "-o", again, *case.options)
            if path.read_bytes() != again.read_bytes():
                raise Mismatch("two exports differ")
        model = onnx.load(path)
        try:
            onnx.checker.check_model(model, full_check=True)
            onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        except Exception as error:  # noqa: BLE001 - whatever the checker throws is a finding
            raise Mismatch(f"the checker says: {error}") from error
        largest = {}
        random = np.random.default_rng(2)
        for images in (3,) if "--batch" in case.options else (1, 3):
            inputs = {
                value.name: random.uniform(-1, 1, self.shape(value, images)).astype(np.float32)
                for value in model.graph.input
            }
            expected = self.expected(case, weights, inputs)
            for engine in self.engines:
                if engine == "openvino" and "--functions" in case.options:
                    largest["openvino (reads no functions)"] = float("nan")
                    continue
                if engine == "onnx" and self.reference_defect(model):
                    largest[f"onnx ({self.reference_defect(model)})"] = float("nan")
                    continue
                if engine == "onnx" and (case.macs is None or case.macs * images > REFERENCE_MACS):
                    continue
                found = dict(zip([value.name for value in model.graph.output], self.run(engine, path, model, inputs)))
                difference = self.compare(engine, model, inputs, expected, found, softmax="--softmax" in case.options)
                largest[engine] = max(largest.get(engine, 0), difference)
        return largest

    @staticmethod
    def reference_defect(model):
        """What of a model onnx 1.23's reference evaluator computes otherwise than ONNX says; None if nothing."""
        for node in model.graph.node:
            attributes = {found.name: found for found in node.attribute}
            if node.op_type == "ConvTranspose" and "group" in attributes:
                return "fails with groups of ConvTranspose"
            if node.op_type == "LRN":
                return "applies LRN to as many channels as there are images"
            if node.op_type in ("MaxPool", "AveragePool") and "pads" in attributes:
                pads = list(attributes["pads"].ints)
                if len(pads) != 4:
                    return "pads pools of maps only"
                if len(set(pads)) > 1:
                    return "takes the pads of pools in another order"
        return None

    @staticmethod
    def shape(value, images):
        dims = value.type.tensor_type.shape.dim
        return [images] + [dim.dim_value if dim.HasField("dim_value") else 224 for dim in dims][1:]

    def expected(self, case, weights, inputs):
        import numpy as np

        words = []
        for name, value in inputs.items():
            file = self.folder / f"{name}.npy"
            np.save(file, value)
            words += ["--input", f"{name}={file}" if len(inputs) > 1 else str(file)]
        output = self.folder / "expected.npz"
        result = subprocess.run(
            [self.runner, "run", *case.choice, "--weights", str(weights), *words, "-o", str(output)],
            capture_output=True, text=True)
        if result.returncode != 0:
            raise Mismatch(f"cnnc run: status {result.returncode}: {result.stderr.strip()[-400:]}")
        with np.load(output) as file:
            return {name: file[name] for name in file.files}

    def run(self, engine, path, model, inputs):
        if engine == "onnxruntime":
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            return session.run(None, inputs)
        if engine == "openvino":
            import openvino

            compiled = openvino.Core().compile_model(
                str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32", "EXECUTION_MODE_HINT": "ACCURACY"})
            return list(compiled([inputs[value.name] for value in model.graph.input]).values())
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(str(path)).run(None, inputs)

    def compare(self, engine, model, inputs, expected, found, softmax):
        """The largest difference over the largest output."""
        import numpy as np

        if set(expected) != set(found):
            raise Mismatch(f"outputs are {sorted(found)}, not {sorted(expected)}")
        largest = 0
        for name, value in found.items():
            wanted = expected[name]
            if softmax:
                wanted = np.exp(wanted - wanted.max(axis=1, keepdims=True))
                wanted /= wanted.sum(axis=1, keepdims=True)
            if value.shape != wanted.shape:
                raise Mismatch(f"{engine}: {name} is {value.shape}, not {wanted.shape}")
            if not np.isfinite(wanted).all():
                raise Mismatch(f"{name} is not finite")
            difference = float(np.abs(value - wanted).max()) / max(float(np.abs(wanted).max()), 1e-30)
            largest = max(largest, difference)
        if not largest <= 1e-5:
            own = self.deviation(model, inputs)
            if not largest <= 10 * own:
                raise Mismatch(f"{engine}: differs by {largest:.2e} of the largest, single precision by {own:.2e}")
        return largest

    @staticmethod
    def deviation(model, inputs):
        """How far the reference evaluator's single precision is from its double precision, over the largest output."""
        import numpy as np
        import onnx
        from onnx import numpy_helper
        from onnx.reference import ReferenceEvaluator

        double = onnx.ModelProto()
        double.CopyFrom(model)
        for tensor in double.graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT:
                tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))
        for value in [*double.graph.input, *double.graph.output]:
            value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
        single = ReferenceEvaluator(model).run(None, inputs)
        exact = ReferenceEvaluator(double).run(None, {name: value.astype(np.float64) for name, value in inputs.items()})
        return max(
            float(np.abs(mine - value).max()) / max(float(np.abs(value).max()), 1e-30)
            for mine, value in zip(single, exact)
        )


def cases(tester, arguments):
    """Every network there is to test."""
    specs = sorted((ROOT / "specs").glob("*.yaml")) + sorted((ROOT / "specs/examples").glob("*.yaml"))
    specs.append(ROOT / "Tests/SwiftEmissionTests/Fixtures/kinds.yaml")
    if arguments.random:
        specs += sorted(Path(arguments.random).glob("*/random*.yaml"), key=lambda path: (len(path.name), path.name))
    for path in specs:
        if arguments.only and not any(name in str(path) for name in arguments.only):
            continue
        networks = [network for network in tester.networks(path) if isinstance(network.get("macs"), int)]
        if arguments.random and path.is_relative_to(Path(arguments.random)) and networks:
            # One of a spec that was drawn: itself or a variant, in turns.
            networks = [networks[sum(path.name.encode()) % len(networks)]]
        for network in networks:
            yield Case(path, network.get("variant"), macs=network["macs"])
    for path, options in [
        ("resnet18", ["--fold-norms"]), ("resnet18", ["--functions"]), ("mobilenet_v3", ["--functions", "--fold-norms"]),
        ("lenet5", ["--batch", "3"]), ("alexnet", ["--softmax"]), ("convnext_tiny", ["--opset", "20"]),
        ("unet", ["--opset", "21"]), ("yolov8", ["--opset", "18", "--functions"]), ("r3d_18", ["--fold-norms"]),
    ]:
        path = ROOT / f"specs/{path}.yaml"
        if not arguments.only or any(name in str(path) for name in arguments.only):
            yield Case(path, options=options)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnnc", default=str(ROOT / ".build/release/cnnc"))
    parser.add_argument("--runner", help="another build of cnnc for `cnnc run`")
    parser.add_argument("--engines", default="onnxruntime,openvino,onnx")
    parser.add_argument("--random", help="a folder of specs drawn at random")
    parser.add_argument("--only", nargs="*", default=[])
    arguments = parser.parse_args()
    missing = missing_packages()
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        print(f"test-exchange: missing: {', '.join(missing)}; to have them: {sys.executable} -m pip install {packages}")
    if "numpy" in missing or "onnx" in missing:
        print("test-exchange: ONNX is skipped, since nothing of it can be read without numpy and onnx")
        return 0
    failed, count, start = [], 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(arguments, folder)
        for engine in arguments.engines.split(","):
            if engine not in tester.engines:
                print(f"test-exchange: {engine} is skipped")
        for case in cases(tester, arguments):
            begun = time.monotonic()
            count += 1
            try:
                largest = tester.test(case)
                figures = "  ".join(f"{engine} {value:.1e}" for engine, value in largest.items())
                print(f"{case.name}: {figures}  ({time.monotonic() - begun:.1f} s)", flush=True)
            except NoWeights as error:
                print(f"{case.name}: skipped, it has no first weights: {str(error)[-200:]}", flush=True)
            except Exception as error:  # noqa: BLE001 - an engine that fails is a finding as well
                failed.append(case.name)
                print(f"{case.name}: FAILED: {type(error).__name__}: {str(error)[:800]}", flush=True)
    print(f"{count} networks, {len(failed)} failed, {time.monotonic() - start:.0f} s")
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
