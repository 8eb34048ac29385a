#!/usr/bin/env python3
"""Records what PyTorch says of the networks of specs/: tensors, counts and outputs on synthetic weights.

    python3 Tests/Fixtures/record_zoo.py [NAME...]           (needs: torch torchvision timm; made with 2.13, 0.28, 1.0)

Each network becomes Tests/Fixtures/zoo/NAME.txt, of these lines:

    spec mobilenet_v3 small     the spec in specs/, and its variant if it is one
    input 3x224x224             or `input left 1x105x105`, a line an input, where there are several
    parameters 1235496          trainable parameters
    buffers 0                   elements of running means and variances
    macs 349151936              multiply-accumulates of convolutions and linear layers, one image
    deviation 3.1e-07           PyTorch's float32 from its float64, largest difference over largest value
    output 1000 16 4.2 55.1 …   shape; then of the float64 values every 16th from the first, after the largest and the norm
    conv1 64x112x112 118013952 weight=64x3x7x7 bias=64
    bn1 64x112x112 0 norm=64    `norm` is weight, bias, running_mean and running_var

The last kind is a module with tensors: name, output, MACs (`-` where it did not run by itself), tensors. What runs several
times has the MACs of all runs. The synthetic tensors are those of Tests/SyntheticTensors: element i (row-major) of the tensor
called `name` comes from u = (splitmix64(fnv1a64(name) + i) >> 40) / 2^24, by the last part of its name.
"""
import math
import pathlib
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from zoo_networks import NETWORKS

FOLDER = pathlib.Path(__file__).resolve().parent / "zoo"
SAMPLES = 64
MASK = (1 << 64) - 1


def fnv1a64(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def uniform(name, count):
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint64) + np.uint64(fnv1a64(name))
        x += np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return (x >> np.uint64(40)).astype(np.float64) / float(1 << 24)


def synthetic(name, shape):
    count = math.prod(shape)
    u = uniform(name, count)
    leaf = name.rsplit(".", 1)[-1]
    if leaf == "running_var":
        values = 0.5 + u
    elif leaf in ("bias", "running_mean"):
        values = (2 * u - 1) * 0.1
    elif len(shape) >= 2:
        values = (2 * u - 1) * np.sqrt(6.0 / (count // shape[0]))
    else:
        values = 0.5 + u
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def image(name, shape):
    values = 2 * uniform(name, math.prod(shape)) - 1
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def tensors_of(model):
    """The state_dict without its counters of batches."""
    return {k: v for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}


def flat(output):
    if torch.is_tensor(output):
        return [output]
    return [t for value in (output.values() if isinstance(output, dict) else output) for t in flat(value)]


def macs_of(module, inputs, output):
    if isinstance(module, (nn.ConvTranspose1d, nn.ConvTranspose2d)):
        return inputs[0][0].numel() * module.weight[0].numel()
    if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Conv3d)):
        return output[0].numel() * module.weight[0].numel()
    if isinstance(module, nn.Linear):
        return output[0].numel() * module.in_features
    return 0


def joined(shape):
    return "x".join(map(str, shape))


def prepared(network):
    """The network with synthetic weights, and its inputs."""
    torch.manual_seed(0)
    model = network.build().eval()
    fixed = {k for k, p in model.named_parameters() if not p.requires_grad}
    weights = {k: synthetic(k, tuple(v.shape)) for k, v in tensors_of(model).items() if k not in fixed}
    with torch.no_grad():
        for name, value in model.state_dict(keep_vars=True).items():
            if name in weights:
                value.copy_(weights[name])
    inputs = [image(name, (1, *shape)) for name, shape in network.inputs.items()]
    return model, inputs, weights


def recorded(network):
    model, inputs, weights = prepared(network)
    runs, hooks = {}, []

    def hook(name):
        def note(module, given, output):
            if torch.is_tensor(output):
                macs = macs_of(module, given, output) + (runs[name][1] if name in runs else 0)
                runs[name] = (list(output.shape[1:]), macs)

        return note

    for name, module in model.named_modules():
        hooks.append(module.register_forward_hook(hook(name)))
    with torch.no_grad():
        single = flat(network.outputs(model(*inputs)))
        for h in hooks:
            h.remove()
        double = flat(network.outputs(model.double()(*[x.double() for x in inputs])))
    deviation = max(((a - b).abs().max() / b.abs().max()).item() for a, b in zip(single, double))
    lines = [f"spec {network.spec}"]
    for name, shape in network.inputs.items():
        lines.append(f"input {joined(shape)}" if len(network.inputs) == 1 else f"input {name} {joined(shape)}")
    buffers = sum(v.numel() for k, v in weights.items() if k.endswith(("running_mean", "running_var")))
    leaves = [n for n, m in model.named_modules() if not list(m.children())]
    lines.append(f"parameters {sum(p.numel() for p in model.parameters() if p.requires_grad)}")
    lines.append(f"buffers {buffers}")
    lines.append(f"macs {sum(runs[n][1] for n in leaves if n in runs)}")
    lines.append("deviation %.2g" % deviation)
    for value in double:
        elements = value.flatten()
        step = max(1, math.ceil(elements.numel() / SAMPLES))
        numbers = [elements.abs().max().item(), elements.norm().item(), *elements[::step].tolist()]
        lines.append(f"output {joined(value.shape[1:])} {step} " + " ".join("%.7g" % n for n in numbers))
    groups = {}
    for name, value in tensors_of(model).items():
        module, _, leaf = name.rpartition(".")
        groups.setdefault(module, {})[leaf] = joined(value.shape)
    for module, own in groups.items():
        if list(own) == ["weight", "bias", "running_mean", "running_var"]:
            own = {"norm": own["weight"]}
        shape, macs = runs.get(module, (None, None)) if module in leaves else (None, None)
        figures = f"{joined(shape)} {macs}" if shape else "- -"
        lines.append(f"{module} {figures} " + " ".join(f"{k}={v}" for k, v in own.items()))
    return "\n".join(lines) + "\n", deviation, double


def main():
    names = sys.argv[1:] or list(NETWORKS)
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        text, deviation, outputs = recorded(NETWORKS[name])
        (FOLDER / f"{name}.txt").write_text(text)
        largest = max(o.abs().max().item() for o in outputs)
        print(f"{name}: {len(text)} bytes, deviation {deviation:.2g}, largest {largest:.3g}", flush=True)


if __name__ == "__main__":
    main()
