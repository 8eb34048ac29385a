"""Runs PyTorch source."""

import contextlib
import importlib.util
import inspect
import sys
import traceback

import runner_training
from runner_job import Refused, difference
from runner_training import torch_outputs

# What one run may be from the next.
STEADY = 1e-6


def run(job):
    import torch

    torch.set_num_threads(job["threads"])
    source = job.path("source")
    spec = importlib.util.spec_from_file_location("network", source)
    module = importlib.util.module_from_spec(spec)
    sys.modules["network"] = module
    # What lies beside it can be imported.
    sys.path.append(str(source.parent))
    with placed_in(source):
        spec.loader.exec_module(module)
        if not hasattr(module, job["class"]):
            raise Refused(f"there is no class {job['class']}")
    make = getattr(module, job["class"])
    weights = {name: torch.from_numpy(a) for name, a in job.arrays("weights").items()}
    inputs = [torch.from_numpy(a) for a in job.arrays("inputs").values()]

    def network(dtype):
        # Heads for training have tensors of their own, which a network without them does not take.
        takes_heads = "heads" in inspect.signature(make).parameters
        result = make(heads=job["heads"]) if takes_heads else make()
        result.load_state_dict(weights, strict=True)
        return result.to(dtype)

    training = job["training"]
    with placed_in(source):
        # A single step says nothing of the outputs, which a job before gave.
        if not (training and training["point"]):
            add_values(job, network, inputs)
        if training:
            with runner_training.nothing_dropped(module):
                runner_training.train(job, network, inputs)


@contextlib.contextmanager
def placed_in(source):
    """Says of an error in the network's source where it is."""
    try:
        yield
    except SyntaxError as error:
        place = f"{error.filename}:{error.lineno}:{error.offset}"
        raise RuntimeError(f"{place}: {type(error).__name__}: {error.msg}") from None
    except (Exception, SystemExit) as error:
        lines = [f":{f.lineno}" for f in traceback.extract_tb(error.__traceback__) if f.filename == str(source)]
        text = error if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
        raise RuntimeError(f"{source}{lines[-1] if lines else ''}: {text}") from None


def add_values(job, network, inputs):
    """Runs it twice in single precision, which must give the same, and in double."""
    import numpy
    import torch

    single = torch_values(job, network(torch.float32), inputs)
    again = torch_values(job, network(torch.float32), inputs)
    for name, value in single.items():
        # It would count as rounding, which is allowed.
        if numpy.isfinite(value).all() and not difference(again[name], value) <= STEADY:
            off = f"{difference(again[name], value):.1e}"
            raise Refused(f"{name} is {off} off when it runs again, so something is drawn at random")
    double = torch_values(job, network(torch.float64), [x.double() for x in inputs])
    for name, value in single.items():
        job.add(name, value, double[name])


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
        outputs = torch_outputs(network(*inputs), job["outputs"])
    if len(outputs) != len(job["outputs"]):
        raise Refused(f"forward gives {len(outputs)} tensors, and the network {len(job['outputs'])}")
    for index, output in enumerate(outputs):
        values[f"output:{index}"] = output.numpy()
    return values
