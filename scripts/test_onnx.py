#!/usr/bin/env python3
"""Exports networks as ONNX and compares what the engines make of the files with what `cnnc run` makes of the specs.

usage: test_onnx.py [--cnnc .build/release/cnnc] [--engines onnxruntime,openvino,onnx] [--random FOLDER] [--only NAME ...]

Every spec of specs/ with its variants and the spec with every kind of layer are exported with weights that are random in
every tensor. A file must pass onnx.checker with its full check and strict shape inference, be the same when it is written
again, and give cnnc's outputs for one image and for three: within 1e-5 of the largest output, or within ten times what the
engine's single precision is away from double precision. The reference evaluator is slow, so of large networks it runs a file
for small images, which must pass the same. `--random` names a folder of specs drawn at random (see
scripts/WriteRandomSpecs.swift). Packages that are missing are named with the command that installs them, and what needs them is
skipped. The exit status is 1 if anything differs.
"""

import argparse
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import zoo

ROOT = zoo.ROOT
# What `cnnc verify` runs knows what the reference evaluator cannot do.
sys.path.insert(0, str(ROOT / "Sources/Peers/Runner"))

import runner_onnx  # noqa: E402

PACKAGES = {"numpy": "numpy", "onnx": "onnx", "onnxruntime": "onnxruntime", "openvino": "openvino"}
# Of networks of more multiply-accumulates an image, the reference evaluator runs files for small images.
REFERENCE_MACS = 60_000_000
# Files of more bytes are not written a second time.
LARGEST_TWICE = 100_000_000


def missing_packages():
    """The packages that are not installed, by name."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


class Mismatch(Exception):
    """A file that is not what it should be."""


class NoFit(Mismatch):
    """A network that cannot be exported, perhaps since weights are for images of another size."""


class NoWeights(Exception):
    """A network whose spec asks for first weights that its tensors cannot have."""


class Case:
    """A network, and what else it is exported with."""

    def __init__(self, network, options=()):
        self.network, self.options = network, list(options)

    @property
    def name(self):
        return " ".join([self.network.name, *self.options])

    @property
    def choice(self):
        """The words that name it to every command."""
        return self.network.choice

    def smaller(self, cnnc):
        """The same for small images; None where the network is small, or has no others."""
        words = self.network.smaller(cnnc, REFERENCE_MACS)
        return SmallCase(self, words) if words else None


class SmallCase(Case):
    """A network for small images."""

    def __init__(self, whole, words):
        super().__init__(whole.network, whole.options)
        self.words = words

    @property
    def choice(self):
        return self.network.choice + self.words


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

    def first_weights(self, case, name="first"):
        """A file of the weights that training begins with."""
        path = self.folder / f"{name}.safetensors"
        try:
            self.call(self.runner, "weights", "init", *case.choice, "--seed", 1, "-o", path)
        except Mismatch as error:
            raise NoWeights(str(error)) from error
        return path

    def weights(self, first, scales):
        """The same with random numbers in every tensor that training changes."""
        path = shutil.copyfile(first, self.folder / "weights.safetensors")
        zoo.perturb(path, 1, scales)
        return path

    def test(self, case):
        """Exports and compares; the largest difference by engine."""
        first = self.first_weights(case)
        for scales in zoo.scales(first):
            try:
                return self.tested(case, first, scales)
            except zoo.Lifeless as error:
                found = error
        raise found

    def tested(self, case, first, scales):
        """The same with weights of certain scales."""
        weights = self.weights(first, scales)
        # What is drawn at random, or made for trouble, may lead nowhere.
        self.is_own = case.network.path.is_relative_to(ROOT / "specs")
        small = case.smaller(self.runner) if "onnx" in self.engines else None
        engines = [name for name in self.engines if name != "onnx" or small is None]
        largest = self.compared(case, weights, engines)
        if small:
            try:
                largest |= self.compared(small, weights, ["onnx"])
            except NoFit:
                largest |= self.compared(small, self.weights(self.first_weights(small, "small"), scales), ["onnx"])
        return largest

    def exported(self, case, weights):
        """The file, checked, and what it holds."""
        import onnx

        path, again = self.folder / "net.onnx", self.folder / "again.onnx"
        words = [*case.choice, "--weights", weights, *case.options]
        try:
            self.call(self.cnnc, "export", *words, "-o", path)
        except Mismatch as error:
            raise NoFit(str(error)) from error
        if path.stat().st_size < LARGEST_TWICE:
            self.call(self.cnnc, "export", *words, "-o", again)
            if path.read_bytes() != again.read_bytes():
                raise Mismatch("two exports differ")
        model = onnx.load(path)
        try:
            onnx.checker.check_model(str(path), full_check=True)
            model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        except Exception as error:  # noqa: BLE001 - whatever the checker throws is a finding
            raise Mismatch(f"the checker says: {error}") from error
        return path, model

    def compared(self, case, weights, engines):
        """The largest difference of some engines, each of which reads the file once for all batches."""
        import numpy as np

        path, model = self.exported(case, weights)
        random = np.random.default_rng(2)
        batches = []
        for images in (3,) if "--batch" in case.options else (1, 3):
            inputs = {
                value.name: random.uniform(-1, 1, self.shape(value, images)).astype(np.float32)
                for value in model.graph.input
            }
            batches.append((inputs, self.expected(case, weights, inputs)))
        for inputs, expected in batches if self.is_own else []:
            self.require_life(expected)
            grown = self.growth(case, weights, inputs, expected)
            if not grown <= zoo.LARGEST_GROWTH:
                raise zoo.Lifeless(f"rounding of the inputs comes to {grown:.1e} of the outputs")
        largest, names = {}, [value.name for value in model.graph.output]
        for engine in engines:
            if engine == "openvino" and "--functions" in case.options:
                largest["openvino (reads no functions)"] = float("nan")
                continue
            defect = runner_onnx.reference_defect(model) if engine == "onnx" else None
            if defect:
                largest[f"onnx ({defect})"] = float("nan")
                continue
            run = self.session(engine, path)
            for inputs, expected in batches:
                found = dict(zip(names, run(inputs)))
                difference = self.compare(engine, model, inputs, expected, found, softmax="--softmax" in case.options)
                largest[engine] = max(largest.get(engine, 0), difference)
        return largest

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
        if re.search(r"output has \d+ ", result.stderr):
            raise zoo.Lifeless(result.stderr.strip())
        if result.returncode != 0:
            raise Mismatch(f"cnnc run: status {result.returncode}: {result.stderr.strip()[-400:]}")
        with np.load(output) as file:
            return {name: file[name] for name in file.files}

    def growth(self, case, weights, inputs, expected):
        """What the outputs change by, over the largest, where the inputs change in their last bit."""
        import numpy as np

        near = {name: np.nextafter(value, np.float32(2)) for name, value in inputs.items()}
        found = self.expected(case, weights, near)
        return max(
            float(np.abs(found[name] - value).max()) / max(float(np.abs(value).max()), 1e-30) for name, value in expected.items())

    @staticmethod
    def require_life(expected):
        """Sees that outputs depend on the image; else they are no proof of what is made of it."""
        import numpy as np

        for name, value in expected.items():
            if not np.isfinite(value).all():
                raise zoo.Lifeless(f"{name} is not finite")
            variation = np.abs(value[1:] - value[:1]).max(initial=0)
            if len(value) > 1 and variation < zoo.LEAST_VARIATION * np.abs(value).max():
                raise zoo.Lifeless("the outputs hardly depend on the inputs")

    def session(self, engine, path):
        """What makes a list of outputs of inputs by their names."""
        if engine == "onnxruntime":
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            options.intra_op_num_threads = zoo.THREADS
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            return lambda inputs: session.run(None, inputs)
        if engine == "openvino":
            import openvino

            compiled = openvino.Core().compile_model(
                str(path), "CPU",
                {
                    "INFERENCE_PRECISION_HINT": "f32", "EXECUTION_MODE_HINT": "ACCURACY",
                    "INFERENCE_NUM_THREADS": zoo.THREADS,
                })
            return lambda inputs: [value.copy() for value in compiled(inputs).values()]
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(str(path))
        return lambda inputs: evaluator.run(None, inputs)

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
            own = 0.0 if runner_onnx.reference_defect(model) else self.deviation(model, inputs)
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

        # Of large images it takes tens of gigabytes, and what fails is better than a machine without memory.
        runner_onnx.bound_memory()
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
    """Every network there is to test, large ones last."""
    kinds = "Tests/SwiftEmissionTests/Fixtures/kinds.yaml"
    networks = [found for path in zoo.specs(kinds) for found in zoo.networks(tester.runner, path)]
    for path in zoo.drawn(arguments.random):
        # One of a spec that was drawn: itself or a variant, in turns.
        found = zoo.networks(tester.runner, path)
        networks += found[sum(path.name.encode()) % len(found) :][:1] if found else []
    found = [Case(network) for network in networks if network.macs is not None]
    base = {network.path.stem: network for network in networks if network.variant is None}
    for name, options in [
        ("resnet18", ["--fold-norms"]), ("resnet18", ["--functions"]), ("mobilenet_v3", ["--functions", "--fold-norms"]),
        ("lenet5", ["--batch", "3"]), ("alexnet", ["--softmax"]), ("convnext_tiny", ["--opset", "20"]),
        ("unet", ["--opset", "21"]), ("yolov8", ["--opset", "18", "--functions"]), ("r3d_18", ["--fold-norms"]),
    ]:
        found.append(Case(base[name], options))
    found = [case for case in found if not arguments.only or any(case.network.is_among([name]) for name in arguments.only)]
    return sorted(found, key=lambda case: case.network.macs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cnnc", default=str(ROOT / ".build/release/cnnc"))
    parser.add_argument("--runner", help="another build of cnnc for `cnnc run`")
    parser.add_argument("--engines", default="onnxruntime,openvino,onnx")
    parser.add_argument("--random", type=Path, help="a folder of specs drawn at random")
    parser.add_argument("--only", nargs="*", default=[], help="resnet50 or resnet50@resnet101; all without one")
    arguments = parser.parse_args()
    missing = missing_packages()
    if missing:
        packages = " ".join(PACKAGES[name] for name in missing)
        print(f"test-exchange: missing: {', '.join(missing)}; to have them: {sys.executable} -m pip install {packages}")
    if "numpy" in missing or "onnx" in missing:
        print("test-exchange: ONNX is skipped, since nothing of it can be read without numpy and onnx")
        return 0
    failed, count, whole = [], 0, zoo.Clock()
    with tempfile.TemporaryDirectory() as folder:
        tester = Tester(arguments, folder)
        for engine in arguments.engines.split(","):
            if engine not in tester.engines:
                print(f"test-exchange: {engine} is skipped")
        for case in cases(tester, arguments):
            clock = zoo.Clock()
            count += 1
            try:
                largest = tester.test(case)
                figures = "  ".join(f"{engine} {value:.1e}" for engine, value in largest.items())
                print(f"{case.name}: {figures}  ({clock})", flush=True)
            except NoWeights as error:
                print(f"{case.name}: skipped, it has no first weights: {str(error)[-200:]}", flush=True)
            except Exception as error:  # noqa: BLE001 - an engine that fails is a finding as well
                failed.append(case.name)
                print(f"{case.name}: FAILED: {type(error).__name__}: {str(error)[:800]}", flush=True)
    print(f"{count} networks, {len(failed)} failed, {whole}")
    for name in failed:
        print(f"failed: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
