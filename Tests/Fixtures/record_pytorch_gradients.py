#!/usr/bin/env python3
"""Records the gradients that PyTorch computes for random layer configurations.

    python3 Tests/Fixtures/record_pytorch_gradients.py > Tests/LayersTests/Fixtures/pytorch_gradients.txt

Needs torch (any recent version, CPU only). The configurations, inputs and tensors are those of record_pytorch_forward.py. The
scalar is the sum of the output's elements times 2u - 1, with u as for a tensor called "gradient". Each line is a layer with
its fields, the input shapes with their batch, and for each input and tensor its name, the gradient's norm, the sum of the
gradient's elements times 2u - 1 for a tensor called "check", and its first four elements:

    conv out=8 kernel=3,1 | 3x2x9x9 | input0 12.3 -4.56 0.1 0.2 0.3 0.4 | weight … | bias …

All is in double precision, but upsample, as there. Batch norms are in training mode: the gradient flows through the batch's
statistics, and their lines end with what the running ones are afterwards, in the same form.
"""
import random

import torch
from torch import nn

import record_pytorch_forward as forward
import record_pytorch_shapes as shapes
from record_pytorch_forward import PLAN, SEED, Weights, synthetic, uniform


class Tracked(Weights):
    """Gives modules their tensors, and remembers whose gradients are wanted."""

    def __init__(self):
        super().__init__()
        self.tensors = {}
        self.statistics = {}

    def fill(self, module, inputs):
        super().fill(module, inputs)
        for name, parameter in module.named_parameters(recurse=False):
            self.tensors[self.prefix + name] = parameter
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            self.statistics = {name: getattr(module, name) for name in ("running_mean", "running_var")}

    def synthetic(self, name, shape):
        tensor = synthetic(name, shape).requires_grad_()
        self.tensors[name] = tensor
        return tensor


def signs(name, like):
    return torch.from_numpy(2 * uniform(name, like.numel()) - 1).reshape(like.shape).to(like.dtype)


def column(name, tensor):
    numbers = [tensor.double().norm().item(), (tensor.double() * signs("check", tensor.double())).sum().item()]
    return " ".join([name] + [f"{v:.9g}" for v in numbers + tensor.flatten()[:4].tolist()])


def record(case, weights):
    """The case's line; nothing where PyTorch refuses it or it does not fit into the file, as record_pytorch_forward.py."""
    fields, padding = case.fields, case.fields.get("padding")
    if case.keyword == "avg_pool" and isinstance(padding, list) and fields.get("count_padding") is False:
        return None
    shapes.BATCH = random.randint(1, 5)
    inputs = [synthetic(f"input{i}", (shapes.BATCH, *shape)).requires_grad_() for i, shape in enumerate(case.inputs)]
    weights.prefixes = iter(("depthwise.", "pointwise.") if case.keyword == "separable_conv" else ())
    weights.tensors, weights.statistics = {}, {}
    try:
        forward.synthetic = weights.synthetic
        _, output = case.run(*inputs)
    except (RuntimeError, ValueError, IndexError) as error:
        if "more than 1 value per channel" not in str(error):
            shapes.check_is_about_the_shape(error)
        return None
    finally:
        forward.synthetic = synthetic
    if output.numel() > forward.LARGEST_OUTPUT or not bool(torch.isfinite(output).all()):
        return None
    (output * signs("gradient", output)).sum().backward()
    tensors = {f"input{i}": x for i, x in enumerate(inputs)} | weights.tensors
    columns = [column(name, x.grad) for name, x in tensors.items() if x.grad is not None]
    columns += [column(name, x) for name, x in weights.statistics.items()]
    batches = " ; ".join(shapes.shape_text(x.shape) for x in inputs)
    return " | ".join([shapes.head(case.keyword, fields), batches] + columns)


def main():
    random.seed(SEED)
    torch.set_num_threads(1)
    nn.BatchNorm1d.eval = nn.BatchNorm2d.eval = lambda module: module
    weights = Tracked()
    print("# Recorded by Tests/Fixtures/record_pytorch_gradients.py with torch " + torch.__version__.split("+")[0])
    for make, count in PLAN:
        torch.set_default_dtype(torch.float32 if make is shapes.upsample else torch.float64)
        lines = set()
        while len(lines) < count:
            line = record(make(), weights)
            if line and line not in lines:
                lines.add(line)
                print(line)


if __name__ == "__main__":
    main()
