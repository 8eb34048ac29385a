#!/usr/bin/env python3
"""Records what PyTorch computes for random layer configurations.

    python3 Tests/Fixtures/record_pytorch_forward.py > Tests/LayersTests/Fixtures/pytorch_forward.txt

Needs torch and timm (any recent versions, CPU only). The configurations are those of record_pytorch_shapes.py, and for kinds that
it leaves out some of this file's own; the seed is fixed. Names of functions below as arguments record their lines alone, which are
appended. Each line is a layer with its fields, the input shapes with their
batch, a step, and every step-th element of the output in row-major order:

    conv out=8 kernel=3,1 stride=2,2 | 3x2x9x9 | 5 | 0.1234 -5.678e-05 …

Weights and inputs are not recorded, since they follow from names: see Tests/SyntheticTensors. Inputs are called input0,
input1, …, and are (2u - 1) * 4; tensors have the short names of the layer's parameters. All are rounded to single
precision, in which cnnc computes; PyTorch computes in double, so that its rounding is not in the file. Only upsample is
recorded in single precision, since there the rounding of positions decides which pixels are taken.
"""
import math
import random
import sys

import numpy as np
import torch
from timm.layers import ScaledStdConv2d, StdConv2d
from torch import nn
from torch.nn import functional as F

import record_pytorch_shapes as shapes
from record_pytorch_shapes import Case, chance, maps, pair, pick

SEED = 20240301
MASK = (1 << 64) - 1
LARGEST_OUTPUT = 3000
RECORDED = 80


def uniform(name, count):
    hash = 0xCBF29CE484222325
    for byte in name.encode():
        hash = ((hash ^ byte) * 0x100000001B3) & MASK
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint64) + np.uint64(hash) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) / float(1 << 24)


def synthetic(name, shape):
    count, leaf = math.prod(shape), name.rsplit(".", 1)[-1]
    u = uniform(name, count)
    if leaf.startswith("input"):
        values = (2 * u - 1) * 4
    elif leaf == "running_var":
        values = 0.5 + u
    elif leaf in ("bias", "running_mean"):
        values = (2 * u - 1) * 0.1
    elif len(shape) >= 2:
        values = (2 * u - 1) * np.sqrt(6 / (count // shape[0]))
    else:
        values = 0.5 + u
    return torch.from_numpy(values.astype(np.float32).reshape(shape)).to(torch.get_default_dtype())


class Weights:
    """Gives each module its synthetic tensors just before it runs."""

    def __init__(self):
        self.prefixes = iter(())
        torch.nn.modules.module.register_module_forward_pre_hook(self.fill)

    def fill(self, module, _):
        tensors = dict(module.named_parameters(recurse=False)) | dict(module.named_buffers(recurse=False))
        if not tensors:
            return
        self.prefix = next(self.prefixes, "")
        for name, tensor in tensors.items():
            if name != "num_batches_tracked":
                tensor.data.copy_(synthetic(self.prefix + name, tuple(tensor.shape)))


def subsample():
    channels, kernel = random.randint(1, 6), pair(1, 3)
    fields = {"kernel": kernel} | ({"stride": pair(1, 3)} if chance(0.5) else {})
    shape = (channels, random.randint(3, 12), random.randint(3, 12))

    def run(x):
        sums = F.avg_pool2d(x, kernel, fields.get("stride"), divisor_override=1)
        weight, bias = synthetic("weight", (channels,)), synthetic("bias", (channels,))
        return None, sums * weight[:, None, None] + bias[:, None, None]

    return Case("subsample", fields, [shape], run)


def rbf():
    out, features = random.randint(1, 20), random.randint(1, 90)

    def run(x):
        return None, ((x[:, None, :] - synthetic("centers", (out, features))) ** 2).sum(2)

    return Case("rbf", {"out": out, "centers": "digits.txt"}, [(features,)], run)


def connections():
    """A convolution of which each output sees some of the channels."""
    channels, out, kernel = random.randint(2, 6), random.randint(1, 6), pair(1, 4)
    rows = [sorted(random.sample(range(channels), random.randint(1, channels))) for _ in range(out)]
    fields = {"out": out, "kernel": kernel, "connections": "/".join(shapes.text(row) for row in rows)}

    def run(x):
        kernels, dense, next_kernel = synthetic("weight", (sum(map(len, rows)), *kernel)), torch.zeros(out, channels, *kernel), 0
        for output, row in enumerate(rows):
            for channel in row:
                dense[output, channel] = kernels[next_kernel]
                next_kernel += 1
        return None, F.conv2d(x, dense, synthetic("bias", (out,)))

    return Case("conv", fields, [(channels, random.randint(4, 9), random.randint(4, 9))], run)


def depth_pool():
    fields = {"kernel": random.randint(1, 4)} | ({"stride": random.randint(1, 4)} if chance(0.5) else {})
    fields["mode"] = pick("max", "average")

    def run(x):
        windows = x.unfold(1, fields["kernel"], fields.get("stride", fields["kernel"]))
        return None, windows.amax(-1) if fields["mode"] == "max" else windows.mean(-1)

    return Case("depth_pool", fields, [maps(random.randint(4, 12), most=6)], run)


def lrn():
    size, alpha, beta, k = random.randint(1, 9), pick(1e-4, 0.5), pick(0.75, 0.5), pick(1.0, 2.0)
    fields = {"size": size, "alpha": alpha, "beta": beta, "k": k}
    return Case("lrn", fields, [maps(most=8)], lambda x: (None, F.local_response_norm(x, size, alpha, beta, k)))


def scale():
    shape = maps(most=6) if chance(0.7) else (random.randint(1, 40),)
    if chance(0.5):
        return Case("scale", {"by": 0.17}, [shape], lambda x: (None, x * 0.17))
    column = (-1,) + (1,) * (len(shape) - 1)
    return Case("scale", {"trainable": True}, [shape], lambda x: (None, x * synthetic("weight", shape[:1]).view(column)))


def join():
    shape, count = maps(most=6) if chance(0.7) else (random.randint(1, 40),), random.randint(2, 4)
    keyword, function = pick(
        ("add", sum), ("mean", lambda x: sum(x) / len(x)), ("max", lambda x: torch.stack(x).amax(0)), ("multiply", math.prod))
    return Case(keyword, {}, [shape] * count, lambda *x: (None, function(x)))


def gate():
    channels, height, width = shape = maps(most=6)
    gate = pick((channels, 1, 1), (channels,), (1, height, width))

    def run(*x):
        spread = [y.view(len(y), -1, 1, 1) if y.dim() == 2 else y for y in x]
        return None, spread[0] * spread[1]

    return Case("multiply", {}, [shape, gate] if chance(0.5) else [gate, shape], run)


def channel_slice():
    shape = maps(most=6) if chance(0.7) else (random.randint(1, 40),)
    start = random.randrange(shape[0])
    channels = random.randint(1, shape[0] - start)
    return Case("channel_slice", {"start": start, "channels": channels}, [shape], lambda x: (None, x[:, start:start + channels]))


def crop():
    channels, height, width = maps(most=9)
    rows, columns = random.randint(1, height), random.randint(1, width)
    fields, top, left = {"size": (rows, columns)}, (height - rows) // 2, (width - columns) // 2
    if chance(0.5):
        top, left = fields["offset"] = random.randint(0, height - rows), random.randint(0, width - columns)
    return Case("crop", fields, [(channels, height, width)], lambda x: (None, x[:, :, top:top + rows, left:left + columns]))


def pad_with_value():
    top, bottom, left, right = sides = [random.randint(0, 4) for _ in range(4)]
    return Case("pad", {"padding": sides, "value": 1.5}, [maps(most=6)],
                lambda x: (None, F.pad(x, (left, right, top, bottom), value=1.5)))


def activation():
    choices = [
        ("relu", {}, F.relu), ("relu6", {}, F.relu6), ("leaky_relu", {"slope": 0.2}, lambda x: F.leaky_relu(x, 0.2)),
        ("elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5)), ("selu", {}, F.selu), ("gelu", {}, F.gelu),
        ("gelu", {"approximate": "tanh"}, lambda x: F.gelu(x, approximate="tanh")), ("silu", {}, F.silu),
        ("hard_swish", {}, F.hardswish), ("hard_sigmoid", {}, F.hardsigmoid), ("sigmoid", {}, torch.sigmoid),
        ("tanh", {}, torch.tanh), ("scaled_tanh", {}, lambda x: 1.7159 * torch.tanh(2 / 3 * x)),
        ("softplus", {"beta": 8.0}, lambda x: F.softplus(x, 8)), ("softplus", {}, F.softplus), ("mish", {}, F.mish),
        ("softmax", {}, lambda x: x.softmax(1)), ("log_softmax", {}, lambda x: x.log_softmax(1)),
        ("dropout", {}, lambda x: x), ("drop_path", {}, lambda x: x), ("identity", {}, lambda x: x)]
    keyword, fields, function = pick(*choices)
    return Case(keyword, fields, [maps(most=7) if chance(0.6) else (random.randint(1, 50),)], lambda x: (None, function(x)))


def normalized():
    """A layer whose weight is computed from other tensors: by torch.nn.utils, or as timm's StdConv2d and ScaledStdConv2d."""
    form = pick("weight_norm", "spectral_norm", "standardize", "scaled_standardize")
    keyword = pick("conv", "depthwise_conv") if "standardize" in form else pick("conv", "depthwise_conv", "transposed_conv", "linear")
    channels, out, bias = random.randint(1, 6), random.randint(1, 6), chance(0.5)
    kernel, shape = pair(1, 3), (channels, random.randint(3, 7), random.randint(3, 7))
    fields = {"out": out, "kernel": kernel, "bias": bias}
    if keyword == "linear":
        fields, shape = {"out": out, "bias": bias}, (channels,)
    elif keyword == "depthwise_conv":
        del fields["out"]
        out = channels
    fields["normalize_weight"] = form
    epsilon, gamma = pick(1e-6, 1e-3), pick(1.0, 1.7139588594436646)
    if "standardize" in form:
        fields["weight_epsilon"] = epsilon
    if form == "scaled_standardize":
        fields["weight_gamma"] = gamma
    groups = channels if keyword == "depthwise_conv" else 1

    def run(x):
        if form == "standardize":
            return None, StdConv2d(channels, out, kernel, padding=0, groups=groups, bias=bias, eps=epsilon)(x)
        if form == "scaled_standardize":
            return None, ScaledStdConv2d(
                channels, out, kernel, padding=0, groups=groups, bias=bias, gamma=gamma, eps=epsilon)(x)
        module = {
            "conv": lambda: nn.Conv2d(channels, out, kernel, bias=bias), "linear": lambda: nn.Linear(channels, out, bias=bias),
            "depthwise_conv": lambda: nn.Conv2d(channels, out, kernel, groups=groups, bias=bias),
            "transposed_conv": lambda: nn.ConvTranspose2d(channels, out, kernel, bias=bias)}[keyword]()
        return None, getattr(nn.utils, form)(module).eval()(x)

    return Case(keyword, fields, [shape], run)


def permute():
    order = pick("cwh", "hcw", "hwc", "wch", "whc")
    dims = [0] + [1 + "chw".index(axis) for axis in order]
    return Case("permute", {"order": order}, [maps(most=6)], lambda x: (None, x.permute(dims)))


def weighted_sum():
    """Fast normalized fusion and its softmax, as in EfficientDet's published code."""
    shape, count, form = maps(most=5) if chance(0.7) else (random.randint(1, 20),), random.randint(2, 4), pick("relu", "softmax", "none")

    def run(*x):
        w = synthetic("weight", (count,))
        w = {"relu": lambda: F.relu(w) / (F.relu(w).sum() + 1e-4), "softmax": lambda: w.softmax(0), "none": lambda: w}[form]()
        return None, sum(a * b for a, b in zip(w, x))

    return Case("weighted_sum", {"normalize": form}, [shape] * count, run)


def coordinates():
    """A row and a column of each channel as gates, as in coordinate attention."""
    channels, height, width = maps(most=6)
    return Case("multiply", {}, [(channels, height, width), (channels, height, 1), (channels, 1, width)],
                lambda x, h, w: (None, x * h * w))


def record(case, weights):
    """The case's line; nothing where PyTorch refuses it or it does not fit into the file."""
    fields, padding = case.fields, case.fields.get("padding")
    if case.keyword == "avg_pool" and isinstance(padding, list) and fields.get("count_padding") is False:
        return None  # PyTorch takes a padding before the pool for pixels of the input, which count.
    shapes.BATCH = random.randint(1, 5)
    inputs = [synthetic(f"input{i}", (shapes.BATCH, *shape)) for i, shape in enumerate(case.inputs)]
    weights.prefixes = iter(("depthwise.", "pointwise.") if case.keyword == "separable_conv" else ())
    try:
        with torch.no_grad():
            _, output = case.run(*inputs)
    except (RuntimeError, ValueError, IndexError) as error:
        shapes.check_is_about_the_shape(error)
        return None
    if output.numel() > LARGEST_OUTPUT or not bool(torch.isfinite(output).all()):
        return None
    step = max(1, math.ceil(output.numel() / RECORDED))
    while math.gcd(step, output.numel()) > 1:
        step += 1
    values = " ".join(f"{v:.6g}" for v in output.reshape(-1)[::step].tolist())
    batches = " ; ".join(shapes.shape_text(x.shape) for x in inputs)
    return f"{shapes.head(case.keyword, fields)} | {batches} | {step} | {values}"


PLAN = [
    (shapes.conv, 90), (shapes.depthwise_conv, 40), (shapes.separable_conv, 12), (shapes.transposed_conv, 50), (connections, 12),
    (shapes.max_pool, 40), (shapes.avg_pool, 45), (shapes.adaptive_pool, 20), (shapes.global_pool, 8), (depth_pool, 12),
    (subsample, 8), (shapes.linear, 14), (rbf, 5), (shapes.batch_norm, 12), (shapes.layer_norm, 20), (shapes.group_norm, 12),
    (shapes.instance_norm, 10), (lrn, 10), (shapes.upsample, 50), (shapes.pixel_shuffle, 12), (shapes.pad, 30),
    (pad_with_value, 4), (crop, 8), (channel_slice, 6), (shapes.channel_shuffle, 8), (shapes.prelu, 8), (shapes.flatten, 4),
    (shapes.reshape, 8), (scale, 6), (shapes.concat, 20), (join, 14), (gate, 10), (activation, 70),
    (normalized, 40), (permute, 10), (weighted_sum, 10), (coordinates, 6),
]


def main():
    random.seed(SEED)
    torch.set_num_threads(1)
    weights = Weights()
    if not sys.argv[1:]:
        print("# Recorded by Tests/Fixtures/record_pytorch_forward.py with torch " + torch.__version__.split("+")[0])
    for make, count in PLAN:
        if sys.argv[1:] and make.__name__ not in sys.argv[1:]:
            continue
        torch.set_default_dtype(torch.float32 if make is shapes.upsample else torch.float64)
        lines = set()
        while len(lines) < count:
            line = record(make(), weights)
            if line and line not in lines:
                lines.add(line)
                print(line)


if __name__ == "__main__":
    main()
