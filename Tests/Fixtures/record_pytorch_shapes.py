#!/usr/bin/env python3
"""Records what PyTorch makes of random layer configurations.

    python3 Tests/Fixtures/record_pytorch_shapes.py > Tests/LayersTests/Fixtures/pytorch_shapes.txt

Needs torch (any recent version, CPU only). The seed is fixed, so that the same version of torch writes the same file.
Each line is a layer with its fields, the input shapes without the batch, the output shape and the number of trainable
parameters, or `error` where PyTorch refuses the layer or its input:

    conv out=8 kernel=3,1 stride=2,2 | 3x9x9 | 8x4x5 | 80

An asymmetric padding is torch.nn.functional.pad before the layer, on the axes where it is asymmetric; PyTorch's layers
have none of their own. Lines of layers with `padding=same` do not come from PyTorch, which has it for stride 1 only, but
from TensorFlow's published rule, and end with the rows and columns of padding, top, bottom, left, right:

    out = ⌈size / stride⌉, total = max((out − 1)·stride + extent − size, 0), before = ⌊total / 2⌋
"""
import math
import random

import torch
from torch import nn
from torch.nn import functional as F

SEED = 20240229
BATCH = 2
random.seed(SEED)
torch.manual_seed(SEED)
torch.set_num_threads(1)
# The native kernels check their arguments; oneDNN's fail on some with an error about its own descriptors.
torch.backends.mkldnn.enabled = False


class Case:
    """A layer's keyword and fields, its input shapes and a function that makes the module and the output."""

    def __init__(self, keyword, fields, inputs, run):
        self.keyword, self.fields, self.inputs, self.run = keyword, fields, inputs, run

    def record(self):
        tensors = [torch.zeros(BATCH, *shape) for shape in self.inputs]
        try:
            with torch.no_grad():
                module, output = self.run(*tensors)
            parameters = sum(p.numel() for p in module.parameters()) if module is not None else 0
            result = f"{shape_text(output.shape[1:])} | {parameters}"
        except (RuntimeError, ValueError, IndexError) as error:
            check_is_about_the_shape(error)
            result = "error"
        return f"{head(self.keyword, self.fields)} | {' ; '.join(map(shape_text, self.inputs))} | {result}"


def check_is_about_the_shape(error):
    """Stops the recording at errors that say nothing of the configuration."""
    if any(word in str(error) for word in ("memory", "not implemented for", "CUDA")):
        raise error


def shape_text(shape):
    return "x".join(str(n) for n in shape)


def head(keyword, fields):
    return " ".join([keyword] + [f"{name}={text(value)}" for name, value in fields.items()])


def text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return ",".join(text(v) for v in value)
    return str(value)


def chance(probability):
    return random.random() < probability


def pick(*values):
    return random.choice(values)


def pair(least, most, square=0.6):
    value = random.randint(least, most)
    return (value, value) if chance(square) else (value, random.randint(least, most))


def maps(channels=None, most=14):
    height, width = pair(1, most, square=0.3)
    return (channels or random.randint(1, 12), height, width)


def window_fields(dilation=True):
    fields = {"kernel": pair(1, 5)}
    if chance(0.6):
        fields["stride"] = pair(1, 4)
    if dilation and chance(0.35):
        fields["dilation"] = pair(1, 3)
    return fields


def extent(fields, axis):
    return fields.get("dilation", (1, 1))[axis] * (fields["kernel"][axis] - 1) + 1


def add_padding(fields, most, asymmetric=True):
    """Adds a padding, and returns the symmetric part and the one that stands before the layer (left, right, top, bottom)."""
    draw = random.random()
    if draw < 0.3:
        return (0, 0), (0, 0, 0, 0)
    if draw < 0.45:
        fields["padding"] = "half"
        return tuple(extent(fields, axis) // 2 for axis in range(2)), (0, 0, 0, 0)
    if draw < 0.75 or not asymmetric:
        padding = pair(0, most)
        fields["padding"] = padding
        return padding, (0, 0, 0, 0)
    # At most what the window spans less one: beyond that some windows would see nothing but padding.
    sides = [random.randint(0, min(most, extent(fields, i // 2) - 1)) for i in range(4)]
    fields["padding"] = sides
    top, bottom, left, right = sides
    symmetric = (top if top == bottom else 0, left if left == right else 0)
    before = (0, 0) if left == right else (left, right)
    return symmetric, before + ((0, 0) if top == bottom else (top, bottom))


def conv():
    channels = random.randint(1, 12)
    fields = {"out": random.randint(1, 12), **window_fields()}
    symmetric, before = add_padding(fields, 4)
    if chance(0.4):
        fields["groups"] = random.randint(1, 6)
        if chance(0.5):
            channels = fields["groups"] * random.randint(1, 3)
            fields["out"] = fields["groups"] * random.randint(1, 3)
    if chance(0.5):
        fields["bias"] = chance(0.5)

    def run(x):
        module = nn.Conv2d(channels, fields["out"], fields["kernel"], fields.get("stride", 1), symmetric,
                           fields.get("dilation", 1), fields.get("groups", 1), fields.get("bias", True))
        return module, module(F.pad(x, before))

    return Case("conv", fields, [maps(channels)], run)


def depthwise_conv():
    channels = random.randint(1, 12)
    fields = window_fields()
    symmetric, before = add_padding(fields, 4)
    if chance(0.4):
        fields["multiplier"] = random.randint(1, 4)
    if chance(0.5):
        fields["bias"] = chance(0.5)

    def run(x):
        module = nn.Conv2d(channels, channels * fields.get("multiplier", 1), fields["kernel"], fields.get("stride", 1),
                           symmetric, fields.get("dilation", 1), channels, fields.get("bias", True))
        return module, module(F.pad(x, before))

    return Case("depthwise_conv", fields, [maps(channels)], run)


def separable_conv():
    channels = random.randint(1, 8)
    fields = {"out": random.randint(1, 12), **window_fields()}
    symmetric, before = add_padding(fields, 3)
    if chance(0.4):
        fields["multiplier"] = random.randint(1, 3)
    if chance(0.5):
        fields["bias"] = chance(0.5)

    def run(x):
        middle, bias = channels * fields.get("multiplier", 1), fields.get("bias", True)
        module = nn.Sequential(
            nn.Conv2d(channels, middle, fields["kernel"], fields.get("stride", 1), symmetric, fields.get("dilation", 1),
                      channels, bias),
            nn.Conv2d(middle, fields["out"], 1, bias=bias))
        return module, module(F.pad(x, before))

    return Case("separable_conv", fields, [maps(channels)], run)


def transposed_conv():
    channels = random.randint(1, 10)
    fields = {"out": random.randint(1, 10), **window_fields()}
    symmetric, _ = add_padding(fields, 4, asymmetric=False)
    if chance(0.4):
        fields["output_padding"] = pair(0, 3)
    if chance(0.4):
        fields["groups"] = random.randint(1, 4)
        if chance(0.6):
            channels = fields["groups"] * random.randint(1, 3)
            fields["out"] = fields["groups"] * random.randint(1, 3)
    if chance(0.5):
        fields["bias"] = chance(0.5)

    def run(x):
        module = nn.ConvTranspose2d(
            channels, fields["out"], fields["kernel"], fields.get("stride", 1), symmetric, fields.get("output_padding", 0),
            fields.get("groups", 1), fields.get("bias", True), fields.get("dilation", 1))
        return module, module(x)

    return Case("transposed_conv", fields, [maps(channels, most=7)], run)


def pool_fields(dilation):
    fields = window_fields(dilation)
    rounds_up = chance(0.4)
    # PyTorch's ceil lets a window start in the padding after the input if that padding is a layer of its own.
    symmetric, before = add_padding(fields, 3, asymmetric=not rounds_up)
    if rounds_up:
        fields["round"] = "ceil"
    return fields, symmetric, before


def max_pool():
    fields, symmetric, before = pool_fields(dilation=True)

    def run(x):
        return None, F.max_pool2d(F.pad(x, before, value=-math.inf), fields["kernel"], fields.get("stride"), symmetric,
                                  fields.get("dilation", 1), fields.get("round") == "ceil")

    return Case("max_pool", fields, [maps()], run)


def avg_pool():
    fields, symmetric, before = pool_fields(dilation=False)
    if chance(0.4):
        fields["count_padding"] = chance(0.5)

    def run(x):
        return None, F.avg_pool2d(F.pad(x, before), fields["kernel"], fields.get("stride"), symmetric,
                                  fields.get("round") == "ceil", fields.get("count_padding", True))

    return Case("avg_pool", fields, [maps()], run)


def adaptive_pool():
    keyword, function = pick(("adaptive_avg_pool", F.adaptive_avg_pool2d), ("adaptive_max_pool", F.adaptive_max_pool2d))
    size = pair(1, 9)
    return Case(keyword, {"size": size}, [maps()], lambda x: (None, function(x, size)))


def global_pool():
    keyword, function = pick(("global_avg_pool", F.adaptive_avg_pool2d), ("global_max_pool", F.adaptive_max_pool2d))
    return Case(keyword, {}, [maps()], lambda x: (None, function(x, 1)))


def linear():
    features, fields = random.randint(1, 200), {"out": random.randint(1, 200), "bias": chance(0.7)}

    def run(x):
        module = nn.Linear(features, fields["out"], fields["bias"])
        return module, module(x)

    # A layer that meets the wrong number of dimensions is an error in the language; PyTorch takes the last for features.
    return Case("linear", fields, [(features,)], run)


def batch_norm():
    shape = maps() if chance(0.8) else (random.randint(1, 50),)
    affine = chance(0.7)

    def run(x):
        module = (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(shape[0], affine=affine).eval()
        return module, module(x)

    return Case("batch_norm", {"affine": affine}, [shape], run)


def layer_norm():
    shape = maps() if chance(0.7) else (random.randint(1, 50),)
    fields = {"over": pick("channels", "all")}
    if chance(0.4):
        fields["affine"] = chance(0.5)
    if chance(0.4):
        fields["bias"] = chance(0.5)

    def run(x):
        over_channels = fields["over"] == "channels" and len(shape) == 3
        module = nn.LayerNorm(shape[:1] if over_channels else shape, elementwise_affine=fields.get("affine", True),
                              bias=fields.get("bias", True))
        return module, module(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if over_channels else module(x)

    return Case("layer_norm", fields, [shape], run)


def group_norm():
    groups = random.randint(1, 6)
    channels = groups * random.randint(1, 4) if chance(0.6) else random.randint(1, 16)
    shape = maps(channels) if chance(0.8) else (channels,)
    fields = {"groups": groups, "affine": chance(0.6)}

    def run(x):
        module = nn.GroupNorm(groups, channels, affine=fields["affine"]).eval()
        return module, module(x)

    return Case("group_norm", fields, [shape], run)


def instance_norm():
    shape, affine = maps(most=4), chance(0.5)

    def run(x):
        module = nn.InstanceNorm2d(shape[0], affine=affine).eval()
        return module, module(x)

    return Case("instance_norm", {"affine": affine}, [shape], run)


def lrn():
    size = random.randint(1, 9)

    def run(x):
        module = nn.LocalResponseNorm(size)
        return module, module(x)

    return Case("lrn", {"size": size}, [maps()], run)


def upsample():
    fields = {}
    if chance(0.7):
        fields["by"] = pick(0.1, 0.25, 0.3, 0.5, 0.7, 1.0, 1.1, 1.25, 1.5, 2.0, 2.3, 2.7, 3.0, 4.0)
    else:
        fields["size"] = pair(1, 20)
    fields["mode"] = pick("nearest", "bilinear", "bicubic")
    if chance(0.3):
        fields["align_corners"] = True

    def run(x):
        module = nn.Upsample(fields.get("size"), fields.get("by"), fields["mode"], fields.get("align_corners"))
        return module, module(x)

    return Case("upsample", fields, [maps()], run)


def pixel_shuffle():
    block = random.randint(1, 4)
    if chance(0.5):
        channels = block * block * random.randint(1, 3) if chance(0.6) else random.randint(1, 20)
        return Case("depth_to_space", {"block": block}, [maps(channels)], lambda x: (None, F.pixel_shuffle(x, block)))
    channels, height, width = maps(most=6)
    shape = (channels, height * block, width * block) if chance(0.6) else (channels, height, width)
    return Case("space_to_depth", {"block": block}, [shape], lambda x: (None, F.pixel_unshuffle(x, block)))


def pad():
    sides = [random.randint(0, 8) for _ in range(4)] if chance(0.5) else [random.randint(0, 5)] * 4
    fields = {"padding": sides, "mode": pick("constant", "reflect", "replicate", "circular")}
    channels = [random.randint(0, 5), random.randint(0, 5)] if chance(0.3) else [0, 0]
    if channels != [0, 0]:
        fields["channels"] = channels
    top, bottom, left, right = sides

    def run(x):
        return None, F.pad(F.pad(x, (left, right, top, bottom), fields["mode"]), (0, 0, 0, 0, *channels))

    return Case("pad", fields, [maps(most=9)], run)


def prelu():
    shape = maps() if chance(0.7) else (random.randint(1, 50),)
    per_channel = chance(0.5)

    def run(x):
        module = nn.PReLU(shape[0] if per_channel else 1)
        return module, module(x)

    return Case("prelu", {"per_channel": per_channel}, [shape], run)


def flatten():
    shape = maps() if chance(0.8) else (random.randint(1, 50),)
    return Case("flatten", {}, [shape], lambda x: (None, x.flatten(1)))


def reshape():
    shape = maps(most=8) if chance(0.7) else (pick(12, 24, 36, 48, 60, 64),)
    target = [random.randint(1, 12) for _ in range(3)] if chance(0.7) else [random.randint(1, 60)]
    if chance(0.7):
        # Mostly a shape that fits: what the other entries divide.
        target[random.randrange(len(target))] = -1
        target = [pick(1, 2, 3, 4) if n != -1 and chance(0.7) else n for n in target]
    elif chance(0.5):
        target = [shape[0] * shape[-1], 1, shape[1]] if len(shape) == 3 else [shape[0] // 4, 2, 2]
    return Case("reshape", {"shape": target}, [shape], lambda x: (None, x.reshape(BATCH, *target)))


def channel_shuffle():
    groups = random.randint(1, 6)
    channels = groups * random.randint(1, 4) if chance(0.6) else random.randint(1, 16)
    return Case("channel_shuffle", {"groups": groups}, [maps(channels)], lambda x: (None, F.channel_shuffle(x, groups)))


def concat():
    first = maps(most=6) if chance(0.8) else (random.randint(1, 30),)
    axis = random.randrange(3) if len(first) == 3 else 0
    shapes = [list(first) for _ in range(random.randint(1, 4))]
    for shape in shapes:
        shape[axis] = random.randint(1, 9)
    if chance(0.3):
        shapes[-1][random.randrange(len(first))] += 1
    fields = {"axis": ["channels", "height", "width"][axis]}
    return Case("concat", fields, shapes, lambda *x: (None, torch.cat(x, 1 + axis)))


def activation():
    keyword, module = pick(
        ("relu", nn.ReLU()), ("relu6", nn.ReLU6()), ("leaky_relu", nn.LeakyReLU()), ("elu", nn.ELU()), ("selu", nn.SELU()),
        ("gelu", nn.GELU()), ("silu", nn.SiLU()), ("hard_swish", nn.Hardswish()), ("hard_sigmoid", nn.Hardsigmoid()),
        ("sigmoid", nn.Sigmoid()), ("tanh", nn.Tanh()), ("softplus", nn.Softplus()), ("mish", nn.Mish()),
        ("softmax", nn.Softmax(1)), ("log_softmax", nn.LogSoftmax(1)), ("dropout", nn.Dropout()), ("identity", nn.Identity()))
    shape = maps() if chance(0.6) else (random.randint(1, 50),)
    return Case(keyword, {}, [shape], lambda x: (module.eval(), module(x)))


def same():
    """A window with TensorFlow's padding, from its rule rather than from a library."""
    keyword = pick("conv", "depthwise_conv", "max_pool", "avg_pool")
    fields = {"kernel": pair(1, 7), "stride": pair(1, 5)}
    if keyword != "avg_pool" and chance(0.4):
        fields["dilation"] = pair(1, 4)
    channels, *size = maps(most=40)
    parameters, outputs = 0, channels
    if keyword == "conv":
        outputs = fields["out"] = random.randint(1, 12)
        parameters = outputs * channels * fields["kernel"][0] * fields["kernel"][1] + outputs
    elif keyword == "depthwise_conv":
        parameters = channels * fields["kernel"][0] * fields["kernel"][1] + channels
    out, sides = [], []
    for axis in range(2):
        count = math.ceil(size[axis] / fields["stride"][axis])
        total = max((count - 1) * fields["stride"][axis] + extent(fields, axis) - size[axis], 0)
        out.append(count)
        sides += [total // 2, total - total // 2]
    fields["padding"] = "same"
    shapes = f"{shape_text((channels, *size))} | {shape_text((outputs, *out))}"
    return f"{head(keyword, fields)} | {shapes} | {parameters} | {text(sides)}"


PLAN = [
    (conv, 1500), (depthwise_conv, 400), (separable_conv, 100), (transposed_conv, 900), (max_pool, 800), (avg_pool, 700),
    (adaptive_pool, 200), (global_pool, 40), (linear, 80), (batch_norm, 80), (layer_norm, 120), (group_norm, 200),
    (instance_norm, 80), (lrn, 40), (upsample, 400), (pixel_shuffle, 200), (pad, 500), (prelu, 60), (flatten, 40),
    (reshape, 200), (channel_shuffle, 80), (concat, 200), (activation, 100),
]


def main():
    print("# Recorded by Tests/Fixtures/record_pytorch_shapes.py with torch " + torch.__version__.split("+")[0])
    for make, count in PLAN:
        lines = set()
        while len(lines) < count:
            line = make().record()
            if line not in lines:
                lines.add(line)
                print(line)
    for _ in range(400):
        print(same())


if __name__ == "__main__":
    main()
