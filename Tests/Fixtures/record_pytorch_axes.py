#!/usr/bin/env python3
"""Records what PyTorch makes of random layers over signals and volumes.

    python3 Tests/Fixtures/record_pytorch_axes.py > Tests/LayersTests/Fixtures/pytorch_axes.txt

Needs torch (any recent version, CPU only); the seed is fixed. Each line is a layer with its fields, the input's shape
without the batch, the output's, the trainable parameters, a step, and every step-th element of the output for a batch of
two in row-major order; or `error` where PyTorch refuses the layer or its input:

    conv out=8 kernel=3 stride=2 | 3x9 | 8x4 | 80 | 5 | 0.1234 -5.678e-05 …

Weights and inputs follow from names, as in record_pytorch_forward.py, whose words on precision hold here too.
"""
import math
import random

import torch
from torch import nn
from torch.nn import functional as F

import record_pytorch_forward as forward
from record_pytorch_shapes import chance, check_is_about_the_shape, head, pick, shape_text

SEED = 20261128
BATCH, RECORDED, CASES = 2, 12, 30
AXES = (1, 3)


def name(module, axes):
    """`Conv` and 1 are torch's Conv1d."""
    return getattr(nn, f"{module}{axes}d")


def sizes(axes, least, most):
    """A number for all axes, or one an axis."""
    if chance(0.4):
        return random.randint(least, most)
    return tuple(random.randint(least, most) for _ in range(axes))


def along(value, axes):
    return value if isinstance(value, tuple) else (value,) * axes


def maps(axes, channels=None):
    return (channels or random.randint(1, 9),) + tuple(random.randint(1, 12 if axes == 1 else 6) for _ in range(axes))


def window(axes, dilates=True):
    fields = {"kernel": sizes(axes, 1, 5 if axes == 1 else 3)}
    if chance(0.6):
        fields["stride"] = sizes(axes, 1, 3)
    if dilates and chance(0.35):
        fields["dilation"] = sizes(axes, 1, 2)
    if chance(0.6):
        fields["padding"] = sizes(axes, 0, 2)
    return fields


def channels_of(fields):
    channels = random.randint(1, 9)
    if chance(0.4):
        fields["groups"] = random.randint(1, 4)
        channels = fields["groups"] * random.randint(1, 3)
        if chance(0.8):
            fields["out"] = fields["groups"] * random.randint(1, 3)
    if chance(0.4):
        fields["bias"] = chance(0.5)
    return channels


def conv(axes):
    fields = {"out": random.randint(1, 9), **window(axes)}
    channels = channels_of(fields)
    return "conv", fields, maps(axes, channels), lambda: name("Conv", axes)(
        channels, fields["out"], fields["kernel"], fields.get("stride", 1), fields.get("padding", 0),
        fields.get("dilation", 1), fields.get("groups", 1), fields.get("bias", True))


def depthwise_conv(axes):
    fields = {**window(axes), "multiplier": random.randint(1, 3)}
    channels = random.randint(1, 9)
    return "depthwise_conv", fields, maps(axes, channels), lambda: name("Conv", axes)(
        channels, channels * fields["multiplier"], fields["kernel"], fields.get("stride", 1), fields.get("padding", 0),
        fields.get("dilation", 1), channels)


def transposed_conv(axes):
    fields = {"out": random.randint(1, 9), **window(axes)}
    channels = channels_of(fields)
    if chance(0.4):
        fields["output_padding"] = sizes(axes, 0, 2)
    return "transposed_conv", fields, maps(axes, channels), lambda: name("ConvTranspose", axes)(
        channels, fields["out"], fields["kernel"], fields.get("stride", 1), fields.get("padding", 0),
        fields.get("output_padding", 0), fields.get("groups", 1), fields.get("bias", True), fields.get("dilation", 1))


def max_pool(axes):
    fields = window(axes)
    if chance(0.4):
        fields["round"] = "ceil"
    return "max_pool", fields, maps(axes), lambda: name("MaxPool", axes)(
        fields["kernel"], fields.get("stride"), fields.get("padding", 0), fields.get("dilation", 1),
        ceil_mode="round" in fields)


def avg_pool(axes):
    fields = window(axes, dilates=False)
    if chance(0.4):
        fields["round"] = "ceil"
    if chance(0.5):
        fields["count_padding"] = chance(0.5)
    return "avg_pool", fields, maps(axes), lambda: name("AvgPool", axes)(
        fields["kernel"], fields.get("stride"), fields.get("padding", 0), "round" in fields,
        fields.get("count_padding", True))


def adaptive_pool(axes):
    keyword, module = pick(("adaptive_avg_pool", "AdaptiveAvgPool"), ("adaptive_max_pool", "AdaptiveMaxPool"))
    fields = {"size": sizes(axes, 1, 7)}
    return keyword, fields, maps(axes), lambda: name(module, axes)(fields["size"])


def global_pool(axes):
    keyword, module = pick(("global_avg_pool", "AdaptiveAvgPool"), ("global_max_pool", "AdaptiveMaxPool"))
    return keyword, {}, maps(axes), lambda: name(module, axes)(1)


def batch_norm(axes):
    shape, affine = maps(axes), chance(0.7)
    return "batch_norm", {"affine": affine}, shape, lambda: name("BatchNorm", axes)(shape[0], affine=affine)


def instance_norm(axes):
    shape, affine = maps(axes), chance(0.5)
    return "instance_norm", {"affine": affine}, shape, lambda: name("InstanceNorm", axes)(shape[0], affine=affine)


def group_norm(axes):
    groups = random.randint(1, 4)
    channels = groups * random.randint(1, 3)
    return "group_norm", {"groups": groups}, maps(axes, channels), lambda: nn.GroupNorm(groups, channels)


def layer_norm(axes):
    shape = maps(axes)
    return "layer_norm", {"over": "all"}, shape, lambda: nn.LayerNorm(shape)


def lrn(axes):
    size = random.randint(1, 7)
    return "lrn", {"size": size, "k": 1}, maps(axes), lambda: nn.LocalResponseNorm(size)


def prelu(axes):
    shape = maps(axes)
    return "prelu", {"per_channel": True}, shape, lambda: nn.PReLU(shape[0])


def softmax(axes):
    keyword, module = pick(("softmax", nn.Softmax), ("log_softmax", nn.LogSoftmax))
    return keyword, {}, maps(axes), lambda: module(dim=1)


def upsample(axes):
    mode = pick("nearest", {1: "linear", 3: "trilinear"}[axes])
    fields = {"mode": mode, **({"by": pick(0.5, 1.0, 1.5, 2.0, 3.0)} if chance(0.6) else {"size": sizes(axes, 1, 9)})}
    corners = None
    if mode != "nearest" and chance(0.4):
        fields["align_corners"] = corners = True
    return "upsample", fields, maps(axes), lambda: nn.Upsample(
        fields.get("size"), fields.get("by"), mode, corners)


def pad(axes):
    mode = pick("constant", "reflect", "replicate", "circular")
    sides = tuple(random.randint(0, 3) for _ in range(2 * axes))
    # PyTorch has the last axis first.
    order = [side for axis in reversed(range(axes)) for side in sides[2 * axis:2 * axis + 2]]

    class Pad(nn.Module):
        def forward(self, x):
            return F.pad(x, order, mode)

    return "pad", {"padding": sides, "mode": mode}, maps(axes), Pad


MAKERS = [conv, conv, conv, depthwise_conv, transposed_conv, transposed_conv, max_pool, max_pool, avg_pool, avg_pool,
          adaptive_pool, adaptive_pool, global_pool, batch_norm, instance_norm, group_norm, layer_norm, lrn, prelu, softmax,
          upsample, upsample, pad]


def recorded(keyword, fields, shape, make):
    single = keyword == "upsample"
    torch.set_default_dtype(torch.float32 if single else torch.float64)
    line = f"{head(keyword, fields)} | {shape_text(shape)} | "
    try:
        with torch.no_grad():
            module = make().eval()
            for key, value in module.state_dict(keep_vars=True).items():
                if not key.endswith("num_batches_tracked"):
                    value.copy_(forward.synthetic(key, tuple(value.shape)))
            output = module(forward.synthetic("input0", (BATCH, *shape)))
    except (RuntimeError, ValueError, IndexError) as error:
        check_is_about_the_shape(error)
        return line + "error"
    parameters = sum(p.numel() for p in module.parameters())
    step = max(1, math.ceil(output.numel() / RECORDED))
    numbers = " ".join("%.6g" % n for n in output.flatten()[::step].tolist())
    return line + f"{shape_text(output.shape[1:])} | {parameters} | {step} | {numbers}"


def main():
    random.seed(SEED)
    print("# Made by Tests/Fixtures/record_pytorch_axes.py, which says what the columns are.")
    for axes in AXES:
        for maker in MAKERS:
            for _ in range(CASES):
                print(recorded(*maker(axes)))


if __name__ == "__main__":
    main()
