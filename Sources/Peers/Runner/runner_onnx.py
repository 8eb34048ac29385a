"""Runs ONNX files in ONNX Runtime, OpenVINO and onnx's reference evaluator."""

import contextlib
import math
import pathlib

from runner_job import Unable, matched


def run(job, make_session):
    import onnx

    inputs = job.arrays("inputs")
    path = job.path("model")
    if job["engine"] == "onnx":
        defect = reference_defect(onnx.load(path, load_external_data=False))
        if defect:
            raise Unable(f"it {defect}")
    graph = onnx.load(path, load_external_data=False).graph
    names = matched(job["outputs"], [value.name for value in graph.output])
    given = {tensor.name for tensor in graph.initializer}
    own = [value.name for value in graph.input if value.name not in given]
    inputs = {name: inputs[other] for name, other in zip(own, matched(own, list(inputs))) if other is not None}
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
