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
        self.report = {"deviations": {}, "losses": [], "losses64": []}
        self.values = {}

    def __getitem__(self, key):
        return self.settings[key]

    def path(self, key):
        return self.folder / self.settings[key]

    def arrays(self, key):
        import numpy

        with numpy.load(self.path(key)) as archive:
            return {name: archive[name] for name in archive.files}

    def add(self, name, value, twin=None, least=0):
        """Keeps a value; with its twin in double precision, how far it is from that.

        The largest element counts `least` at least, where values belong together.
        """
        import numpy

        value = numpy.asarray(value)
        self.values[name] = value.astype(numpy.float32)
        if twin is not None:
            self.allow(name, value, twin, least)

    def allow(self, name, value, twin, least=0, share=1):
        """Counts a share of how far a value is from its twin as the deviation, if that is more."""
        import numpy

        largest = max(numpy.abs(twin).max(initial=0), least)
        difference = numpy.abs(value.astype(numpy.float64) - twin).max(initial=0)
        deviation = share * float(difference / largest if largest > 0 else difference)
        known = self.report["deviations"].get(name, 0.0)
        self.report["deviations"][name] = max(known, deviation) if numpy.isfinite(deviation) else known

    def finish(self):
        import numpy

        numpy.savez(self.path("values"), **self.values)
        self.path("report").write_text(json.dumps(self.report))


def main():
    job = Job(sys.argv[1])
    engine = job["engine"]
    for package in PACKAGES[engine]:
        try:
            module = importlib.import_module(package)
        except ImportError as error:
            lacking = (error.name or package).split(".")[0]
            job.report["missing"] = lacking if lacking == package else f"{package} ({error})"
            job.path("report").write_text(json.dumps(job.report))
            return
    job.report["version"] = module.__version__.split("-")[0].split("+")[0]
    {
        "torch": run_torch,
        "onnxruntime": lambda job: run_onnx(job, onnxruntime_session),
        "openvino": lambda job: run_onnx(job, openvino_session),
        "onnx": lambda job: run_onnx(job, reference_session),
    }[engine](job)
    job.finish()


# PyTorch


def run_torch(job):
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


def train_torch(job, make, inputs):
    """A few steps of stochastic gradient descent, without dropout: losses, first gradients, trained tensors."""
    import torch

    settings = job["training"]
    labels = torch.from_numpy(next(iter(job.arrays("labels").values())))

    def nudged(x):
        # Off by as much as a value may be at inference.
        noise = 2 * torch.rand(x.shape, generator=torch.Generator().manual_seed(0)) - 1
        return x + 1e-5 * x.abs().max() * noise

    def run(dtype, inputs):
        network = make(dtype).train()
        parameters = [p for p in network.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(
            parameters,
            lr=settings["rate"],
            momentum=settings["momentum"],
            weight_decay=settings["decay"],
        )
        losses, gradients = [], {}
        for step in range(settings["steps"]):
            outputs = torch_outputs(network(*[x.to(dtype) for x in inputs]))
            loss = sum(
                factor * torch_loss(output, labels, scores)
                for output, factor, scores in zip(outputs, settings["factors"], settings["scores"])
                if factor
            )
            optimizer.zero_grad()
            loss.backward()
            if step == 0:
                gradients = {
                    name: p.grad.numpy().copy()
                    for name, p in network.named_parameters()
                    if p.grad is not None
                }
            losses.append(float(loss.detach()))
            optimizer.step()
        return losses, gradients, network.state_dict()

    losses, gradients, trained = run(torch.float32, inputs)
    losses64, gradients64, trained64 = run(torch.float64, inputs)
    _, gradients_near, trained_near = run(torch.float32, [nudged(x) for x in inputs])
    job.report["losses"], job.report["losses64"] = losses, losses64
    kept = {name: t.numpy() for name, t in trained.items() if t.is_floating_point()}
    kept64 = {name: trained64[name].numpy() for name in kept}
    kept_near = {name: trained_near[name].numpy() for name in kept}
    for kind, values, twins, near in [
        ("gradient:", gradients, gradients64, gradients_near),
        ("trained:", kept, kept64, kept_near),
    ]:
        # Gradients of biases before norms are nothing but rounding.
        least = 1e-3 * max((abs(twin).max(initial=0) for twin in twins.values()), default=0)
        for name, value in values.items():
            job.add(kind + name, value, twins[name], least)
            # Rounding may put what a relu has on either side of 0, here or there. Ten deviations are allowed, so this is five
            # times what such inputs come to.
            job.allow(kind + name, near[name], twins[name], least, share=0.5)


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
    names = [value.name for value in onnx.load(path, load_external_data=False).graph.output]
    layers = []
    if job["layers"]:
        path, layers = with_layers(path, job)
    found = make_session(path, job)(inputs)
    twins = {}
    if job["double"]:
        # The reference lacks some forms of operators; cnnc then goes by its own deviation.
        with contextlib.suppress(Exception):
            twins = run_reference_double(path, inputs)
    for index, name in enumerate(names):
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
