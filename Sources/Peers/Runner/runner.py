"""Runs a network in another engine for `cnnc verify`, which writes the job and compares.

    runner.py JOB

JOB is a JSON file; everything it names lies in its folder. Values go into an archive of
arrays under the names of the outputs and layers, what is said of them into a JSON file.
Of numpy and the engine alone something is used.
"""

import contextlib
import importlib
import importlib.util
import inspect
import json
import math
import pathlib
import sys

PACKAGES = {
    "torch": ["numpy", "torch"],
    "onnxruntime": ["numpy", "onnx", "onnxruntime"],
    "openvino": ["numpy", "onnx", "openvino"],
    "onnx": ["numpy", "onnx"],
}


class Job:
    """What is to be run, and what came of it."""

    def __init__(self, path):
        self.folder = pathlib.Path(path).resolve().parent
        self.settings = json.loads(pathlib.Path(path).read_text())
        self.report = {"deviations": {}, "losses": []}
        self.values = {}

    def __getitem__(self, key):
        return self.settings[key]

    def path(self, key):
        return self.folder / self.settings[key]

    def arrays(self, key):
        import numpy

        with numpy.load(self.path(key)) as archive:
            return {name: archive[name] for name in archive.files}

    def add(self, name, value, twin=None):
        """Keeps a value; with its twin in double precision, how far it is from that."""
        import numpy

        value = numpy.asarray(value)
        self.values[name] = value.astype(numpy.float32)
        if twin is not None:
            self.allow(name, difference(value, twin))

    def allow(self, name, deviation):
        """Counts how far a value is from what it might be as well, if that is more than is known."""
        known = self.report["deviations"].get(name, 0.0)
        self.report["deviations"][name] = max(known, deviation) if math.isfinite(deviation) else known

    def write(self, key, part, arrays):
        """Writes arrays into a file of their own."""
        import numpy

        numpy.savez(self.folder / f"{self[key]}{part}.npz", **arrays)

    def written(self, key, part):
        """What a job before wrote so."""
        import numpy

        with numpy.load(self.folder / f"{self[key]}{part}.npz") as archive:
            return {name: archive[name] for name in archive.files}

    def finish(self):
        import numpy

        numpy.savez(self.path("values"), **self.values)
        self.path("report").write_text(json.dumps(self.report, allow_nan=False))


class Unable(Exception):
    """Why an engine cannot say anything of a network."""


# What one run may be from the next.
STEADY = 1e-6


def difference(value, twin, least=0):
    """The largest difference over the largest element, which counts `least` at least."""
    import numpy

    largest = max(numpy.abs(twin).max(initial=0), least)
    found = numpy.abs(value.astype(numpy.float64) - twin).max(initial=0)
    return float(found / largest if largest > 0 else found)


def main():
    job = Job(sys.argv[1])
    engine = job["engine"]
    for package in PACKAGES[engine]:
        try:
            module = importlib.import_module(package)
        except ImportError as error:
            lacking = (error.name or package).split(".")[0]
            job.report["missing"] = lacking if lacking == package else f"{package} ({error})"
            job.path("report").write_text(json.dumps(job.report, allow_nan=False))
            return
    job.report["version"] = module.__version__.split("-")[0].split("+")[0]
    run = {
        "torch": run_torch,
        "onnxruntime": lambda job: run_onnx(job, onnxruntime_session),
        "openvino": lambda job: run_onnx(job, openvino_session),
        "onnx": lambda job: run_onnx(job, reference_session),
    }[engine]
    try:
        run(job)
    except Unable as error:
        job.report["unable"] = str(error)
        job.path("report").write_text(json.dumps(job.report, allow_nan=False))
        return
    job.finish()


# PyTorch


def run_torch(job):
    import numpy
    import torch

    torch.set_num_threads(job["threads"])
    spec = importlib.util.spec_from_file_location("network", job.path("source"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["network"] = module
    spec.loader.exec_module(module)
    make = getattr(module, job["class"])
    weights = {name: torch.from_numpy(a) for name, a in job.arrays("weights").items()}
    inputs = [torch.from_numpy(a) for a in job.arrays("inputs").values()]

    def network(dtype):
        # Heads for training have tensors of their own, which a network without them does not take.
        takes_heads = "heads" in inspect.signature(make).parameters
        result = make(heads=job["heads"]) if takes_heads else make()
        result.load_state_dict(weights, strict=True)
        return result.to(dtype)

    single = torch_values(job, network(torch.float32), inputs)
    again = torch_values(job, network(torch.float32), inputs)
    for name, value in single.items():
        # It would count as rounding, which is allowed.
        if numpy.isfinite(value).all() and not difference(again[name], value) <= STEADY:
            off = f"{difference(again[name], value):.1e}"
            raise RuntimeError(f"{name} is {off} off when it runs again, so something is drawn at random")
    double = torch_values(job, network(torch.float64), [x.double() for x in inputs])
    for name, value in single.items():
        job.add(name, value, double[name])
    if job["training"]:
        with nothing_dropped(module):
            train_torch(job, network, inputs)


def torch_values(job, network, inputs):
    """The outputs, and what the modules that are layers gave the first time they were called."""
    import torch

    network.eval()
    values = {}
    wanted = set(job["layers"])

    def keep(name):
        def hook(module, arguments, output):
            if isinstance(output, torch.Tensor):
                values.setdefault("layer:" + name, output.detach().clone().numpy())

        return hook

    for name, module in network.named_modules():
        if name in wanted:
            module.register_forward_hook(keep(name))
    with torch.no_grad():
        outputs = torch_outputs(network(*inputs))
    for index, output in enumerate(outputs):
        values[f"output:{index}"] = output.numpy()
    return values


def torch_outputs(result):
    import torch

    if isinstance(result, torch.Tensor):
        return [result]
    # Behind outputs by their names stand what heads for training give.
    parts = result.values() if isinstance(result, dict) else result
    return [output for part in parts for output in torch_outputs(part)]


@contextlib.contextmanager
def nothing_dropped(module):
    """What is dropped at random differs between engines, so nothing is, by functions and modules alike."""
    from torch.nn import functional

    def keep(x, *arguments, **options):
        return x

    places = [(functional, name) for name in dir(functional) if "dropout" in name]
    places += [(module, name) for name in ("drop_path",) if hasattr(module, name)]
    before = [(place, name, getattr(place, name)) for place, name in places]
    for place, name in places:
        if callable(getattr(place, name)):
            setattr(place, name, keep)
    try:
        yield
    finally:
        for place, name, function in before:
            setattr(place, name, function)


# What rounding may make of a number: a few units in the last place of single precision.
ROUNDING = 1e-6
# Few of them meet a relu that turns, and the largest that they come to is what counts.
DRAWS = 4
# How far tensors are moved to where other numbers are next to 0.
MOVE = 1e-3


class TorchTraining:
    """Stochastic gradient descent without dropout."""

    def __init__(self, job, make):
        import torch

        self.settings, self.make = job["training"], make
        self.labels = torch.from_numpy(next(iter(job.arrays("labels").values())))

    def begin(self, dtype, tensors=None, momenta=None):
        """A network and its optimizer, with the tensors and momenta of others where they are given."""
        import torch

        network = self.make(dtype).train()
        if tensors is not None:
            network.load_state_dict(tensors)
        parameters = {name: p for name, p in network.named_parameters() if p.requires_grad}
        optimizer = torch.optim.SGD(
            parameters.values(),
            lr=self.settings["rate"],
            momentum=self.settings["momentum"],
            weight_decay=self.settings["decay"],
        )
        for name, momentum in (momenta or {}).items():
            optimizer.state[parameters[name]]["momentum_buffer"] = momentum.clone()
        return network, optimizer

    @staticmethod
    def state(network, optimizer):
        """Copies of a network's tensors and its momenta."""
        momenta = torch_momenta(network, optimizer)
        return (
            {name: tensor.clone() for name, tensor in network.state_dict().items()},
            {name: momentum.clone() for name, momentum in momenta.items()},
        )

    def step(self, network, optimizer, inputs):
        """A step, and the loss before it."""
        loss = self.loss(network, inputs, self.labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    def loss(self, network, inputs, labels):
        outputs = torch_outputs(network(*inputs))
        return sum(
            factor * torch_loss(output, labels, scores)
            for output, factor, scores in zip(outputs, self.settings["factors"], self.settings["scores"])
            if factor
        )


def train_torch(job, make, inputs):
    """A few steps: losses, first gradients, trained tensors."""
    import torch

    training, settings = TorchTraining(job, make), job["training"]
    if settings["point"]:
        step_from_point(job, training, inputs)
        return
    network, optimizer = training.begin(torch.float32)
    if settings["exact_images"]:
        exact_gradients(job, training, inputs)
    for step in range(settings["steps"]):
        judges_rounding = settings["gives_steps"] or settings["exact_images"] and step == 0
        before = training.state(network, optimizer) if judges_rounding else None
        loss = training.step(network, optimizer, inputs)
        job.report["losses"].append(loss if math.isfinite(loss) else None)
        gradients, tensors = network_gradients(network), network_tensors(network)
        if step == 0:
            for name, value in gradients.items():
                job.add("gradient:" + name, value)
        if settings["gives_steps"]:
            job.write("tensors", step + 1, tensors)
            momenta = torch_momenta(network, optimizer)
            job.write("momenta", step + 1, {name: m.numpy() for name, m in momenta.items()})
        for other_gradients, other_tensors in rounded_steps(training, before, inputs) if judges_rounding else ():
            if step == 0:
                allow_differences(job, "gradient:", gradients, other_gradients)
            if settings["gives_steps"]:
                allow_differences(job, f"step {step + 1}:", tensors, other_tensors)
    for name, value in network_tensors(network).items():
        job.add("trained:" + name, value)


def step_from_point(job, training, inputs):
    """A step from tensors that lie beside those before a step of the job before: they, its gradients, and what it leaves."""
    import torch

    point = job["training"]["point"]
    tensors, momenta = training.begin(torch.float32)[0].state_dict(), {}
    if point["step"] > 1:
        before = job.written("tensors", point["step"] - 1)
        tensors |= {name: torch.from_numpy(value) for name, value in before.items()}
        before = job.written("momenta", point["step"] - 1)
        momenta = {name: torch.from_numpy(value) for name, value in before.items()}
    draws = torch.Generator().manual_seed(point["seed"])
    tensors = {name: moved(tensor, MOVE, draws) for name, tensor in tensors.items()}
    network, optimizer = training.begin(torch.float32, tensors, momenta)
    job.write("point", "", network_tensors(network))
    training.step(network, optimizer, inputs)
    for name, value in network_gradients(network).items():
        job.add("gradient:" + name, value)
    for name, value in network_tensors(network).items():
        job.add("trained:" + name, value)


def moved(x, share, draws):
    """Numbers, each off by a share of itself at most."""
    import torch

    if not x.is_floating_point():
        return x
    return x * (1 + share * (2 * torch.rand(x.shape, generator=draws) - 1))


def rounded_steps(training, before, inputs):
    """What comes of a step where numbers are off by rounding, for some draws, and in double precision: gradients and tensors.

    One after the other, for those of a large network take gigabytes.
    """
    import torch

    tensors, momenta = before
    for seed in range(DRAWS):
        draws = torch.Generator().manual_seed(seed)
        network, optimizer = training.begin(
            torch.float32, {name: moved(tensor, ROUNDING, draws) for name, tensor in tensors.items()}, momenta
        )
        round_values(network, draws)
        training.step(network, optimizer, [moved(x, ROUNDING, draws) for x in inputs])
        yield network_gradients(network), network_tensors(network)
    # Where sums cancel, as one less the score of a class that is certain, what is left is rounded alike in every draw.
    network, optimizer = training.begin(torch.float64, tensors, {name: m.double() for name, m in momenta.items()})
    training.step(network, optimizer, [x.double() for x in inputs])
    yield network_gradients(network), network_tensors(network)


def round_values(network, draws):
    """Has modules give values that are off by rounding, each number by itself: a norm takes away what images have in common."""
    import torch

    def rounded(module, arguments, output):
        if not isinstance(output, torch.Tensor) or not output.is_floating_point():
            return output
        # Sums round by their largest parts, however little comes of them.
        size = ROUNDING * output.detach().abs().mean()
        return output + size * (2 * torch.rand(output.shape, generator=draws) - 1)

    for module in network.modules():
        if next(module.children(), None) is None:
            module.register_forward_hook(rounded)


def allow_differences(job, kind, values, others):
    """Allows values what others differ by, where the largest counts a thousandth of the largest of all at least."""
    # Gradients of biases before norms are nothing but rounding.
    least = 1e-3 * max((abs(value).max(initial=0) for value in values.values()), default=0)
    for name, value in values.items():
        job.allow(kind + name, difference(others[name], value, least))


def exact_gradients(job, training, inputs):
    """The first gradients of some images in double precision."""
    import torch

    count = job["training"]["exact_images"]
    network, _ = training.begin(torch.float64)
    training.loss(network, [x[:count].double() for x in inputs], training.labels[:count]).backward()
    for name, value in network_gradients(network).items():
        job.add("exact:" + name, value)


def network_gradients(network):
    named = network.named_parameters()
    return {name: p.grad.numpy().copy() for name, p in named if p.grad is not None}


def network_tensors(network):
    named = network.state_dict().items()
    return {name: t.numpy().copy() for name, t in named if t.is_floating_point()}


def torch_momenta(network, optimizer):
    named = network.named_parameters()
    return {
        name: optimizer.state[p]["momentum_buffer"]
        for name, p in named
        if "momentum_buffer" in optimizer.state.get(p, {})
    }


def torch_loss(output, labels, scores):
    from torch.nn import functional

    if scores == "numbers":
        return functional.mse_loss(output, labels.to(output.dtype))
    if scores == "logits":
        return functional.cross_entropy(output, labels.long())
    return functional.nll_loss(output.log(), labels.long())


# ONNX


def run_onnx(job, make_session):
    import onnx

    inputs = job.arrays("inputs")
    path = job.path("model")
    if job["engine"] == "onnx":
        defect = reference_defect(onnx.load(path, load_external_data=False))
        if defect:
            raise Unable(f"it {defect}")
    names = [value.name for value in onnx.load(path, load_external_data=False).graph.output]
    # By their names; a file that has others has them in the network's order.
    others = iter([name for name in names if name not in job["outputs"]])
    names = [name if name in names else next(others, None) for name in job["outputs"]]
    layers = []
    if job["layers"]:
        path, layers = with_layers(path, job)
    try:
        found = make_session(path, job)(inputs)
    except MemoryError as error:
        raise Unable("it needs more memory than there is") from error
    twins = {}
    if job["double"] and reference_defect(onnx.load(path, load_external_data=False)) is None:
        # The reference lacks some forms of operators; cnnc then goes by its own deviation.
        with contextlib.suppress(Exception):
            twins = run_reference_double(path, inputs)
    for index, name in enumerate(names):
        if name is not None:
            job.add(f"output:{index}", found[name], twins.get(name))
    for name in layers:
        job.add("layer:" + name, found[name])


def with_layers(path, job):
    """The model with the values of its layers as further outputs, and their names."""
    import onnx

    # What is inferred and written is a message, which ends at 2 GiB: large tensors stay out of it.
    model = onnx.load(path, load_external_data=False)
    outputs = {value.name for value in model.graph.output}
    made = [name for node in model.graph.node for name in node.output if name]
    wanted = set(job["layers"])
    layers = [name for name in made if name in wanted]
    model.graph.output.extend(
        onnx.helper.make_empty_tensor_value_info(name) for name in layers if name not in outputs
    )
    # Types are needed, and inferred where they are.
    model = onnx.shape_inference.infer_shapes(model)
    inferred = {value.name: value for value in model.graph.value_info}
    for output in model.graph.output:
        if not output.type.HasField("tensor_type") and output.name in inferred:
            output.CopyFrom(inferred[output.name])
        if not output.type.HasField("tensor_type"):
            output.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    target = job.folder / "layers.onnx"
    outside = onnx.external_data_helper.uses_external_data
    if any(outside(tensor) for tensor in model.graph.initializer):
        onnx.load_external_data_for_model(model, str(pathlib.Path(path).parent))
        data = "layers.onnx.data"
        onnx.save(model, target, save_as_external_data=True, location=data)
    else:
        onnx.save(model, target)
    return target, layers


def onnxruntime_session(path, job):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job["threads"]
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda inputs: dict(zip(names, session.run(names, inputs)))


def openvino_session(path, job):
    import openvino

    core = openvino.Core()
    # Narrow types that a processor may have would be another network.
    model = core.compile_model(
        core.read_model(str(path)),
        "CPU",
        {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": job["threads"]},
    )

    def run(inputs):
        result = model(inputs)
        return {name: result[output] for output in model.outputs for name in output.get_names()}

    return run


def bound_memory():
    """Lets an allocation of more memory than there is fail, in place of all that runs."""
    import resource

    meminfo = pathlib.Path("/proc/meminfo")
    if not meminfo.exists():
        return
    lines = [line.split() for line in meminfo.read_text().splitlines()]
    available = next((int(line[1]) << 10 for line in lines if line[0] == "MemAvailable:"), 0)
    limit = resource.getrlimit(resource.RLIMIT_AS)[1]
    if available and (limit == resource.RLIM_INFINITY or limit > available):
        resource.setrlimit(resource.RLIMIT_AS, (available, limit))


# The reference evaluator lays each convolution out as a matrix, of dilated kernels with their holes.
LARGEST_MATRIX = 200_000_000


def reference_defect(model):
    """What of a model onnx 1.23's reference evaluator computes otherwise than ONNX says; None if nothing."""
    import onnx

    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in [*graph.input, *graph.value_info, *graph.output]
    }
    for node in [*graph.node, *(node for function in model.functions for node in function.node)]:
        attributes = {found.name: found for found in node.attribute}
        shape, result = shapes.get(node.input[0] if node.input else "", []), shapes.get(node.output[0], [0])
        if node.op_type == "ConvTranspose" and "group" in attributes:
            return "fails with groups of ConvTranspose"
        if node.op_type == "GlobalMaxPool" and len(shape) != 4:
            return "takes the maximum of GlobalMaxPool over two axes, whatever there are"
        if node.op_type == "Conv" and "dilations" in attributes and shape:
            sizes = zip(attributes["kernel_shape"].ints, attributes["dilations"].ints)
            taps = math.prod((size - 1) * dilation + 1 for size, dilation in sizes)
            if shape[1] * taps * math.prod(result[2:]) > LARGEST_MATRIX:
                return "needs too much memory for a dilated kernel"
        if node.op_type == "LRN":
            return "applies LRN to as many channels as there are images"
        if node.op_type in ("MaxPool", "AveragePool") and "pads" in attributes:
            pads = list(attributes["pads"].ints)
            if len(pads) != 4:
                return "pads pools of maps only"
            if len(set(pads)) > 1:
                return "takes the pads of pools in another order"
    return None


def reference_session(path, job):
    import onnx
    import onnx.reference

    # Kernels that are dilated are laid out with their holes.
    bound_memory()
    model = onnx.load(path)
    evaluator = onnx.reference.ReferenceEvaluator(model)
    names = [output.name for output in model.graph.output]
    return lambda inputs: dict(zip(names, evaluator.run(names, inputs)))


def run_reference_double(path, inputs):
    """The same network in double precision, by onnx's reference evaluator."""
    import numpy
    import onnx
    import onnx.reference

    bound_memory()
    model = onnx.load(path)
    single, double = onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE

    def widen(tensor):
        if tensor.data_type == single:
            array = onnx.numpy_helper.to_array(tensor).astype(numpy.float64)
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))

    def widen_nodes(nodes):
        for node in nodes:
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.TENSOR:
                    widen(attribute.t)
                elif attribute.type == onnx.AttributeProto.GRAPH:
                    widen_nodes(attribute.g.node)
                if node.op_type == "Cast" and attribute.name == "to" and attribute.i == single:
                    attribute.i = double

    for tensor in model.graph.initializer:
        widen(tensor)
    widen_nodes(model.graph.node)
    for function in model.functions:
        widen_nodes(function.node)
    for value in [*model.graph.input, *model.graph.output]:
        if value.type.tensor_type.elem_type == single:
            value.type.tensor_type.elem_type = double
    del model.graph.value_info[:]
    names = [output.name for output in model.graph.output]
    evaluator = onnx.reference.ReferenceEvaluator(model)
    wide = {
        name: a.astype(numpy.float64) if a.dtype == numpy.float32 else a
        for name, a in inputs.items()
    }
    return dict(zip(names, evaluator.run(names, wide)))


if __name__ == "__main__":
    main()
