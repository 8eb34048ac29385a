#!/usr/bin/env python3
"""Records five steps of training a small network whose buffers move in each use of a layer, computed by PyTorch.

    python3 Tests/Fixtures/record_moving_buffers.py > Tests/InterpreterTests/Fixtures/moving_buffers_training.json

Needs torch and timm (any recent versions, CPU only). The network has spectral norms around convolutions, a transposed convolution
and a linear layer, and uses one of the convolutions and a batch norm twice: MovingBufferTests.swift says it as a spec. Entries are
those of Tests/SyntheticTensors/TrainingReference.swift; tensors and the input follow from their names as there.
"""
import json

import torch
from torch import nn
from torch.nn.functional import cross_entropy, leaky_relu
from torch.nn.utils import spectral_norm

from record_pytorch_forward import synthetic

INPUT, BATCH, CLASSES, STEPS = [3, 6, 6], 4, 5, 5
LR, MOMENTUM, DECAY = 0.05, 0.9, 1e-4


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.up = spectral_norm(nn.ConvTranspose2d(3, 6, 2, stride=2))
        self.first = spectral_norm(nn.Conv2d(6, 8, 3, stride=2, padding=1))
        self.twice = spectral_norm(nn.Conv2d(8, 8, 3, padding=1, bias=False))
        self.norm = nn.BatchNorm2d(8)
        self.fc = spectral_norm(nn.Linear(8, CLASSES))

    def forward(self, x):
        x = leaky_relu(self.first(self.up(x)), 0.2)
        for _ in range(2):
            x = leaky_relu(self.norm(self.twice(x)), 0.2)
        return self.fc(x.mean([2, 3]))


def train(dtype):
    network = Network().train()
    names = [name for name in network.state_dict() if not name.endswith("num_batches_tracked")]
    initial = {name: synthetic(name, tuple(network.state_dict()[name].shape)).double() for name in names}
    network.load_state_dict(initial, strict=False)
    network = network.to(dtype)
    # Inputs of layers are four times as large as those of networks.
    x = (synthetic("input", (BATCH, *INPUT)) / 4).to(dtype)
    y = torch.tensor([(7 * i + 3) % CLASSES for i in range(BATCH)])
    optimizer = torch.optim.SGD(network.parameters(), lr=LR, momentum=MOMENTUM, weight_decay=DECAY)
    losses, gradients = [], {}
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = cross_entropy(network(x), y)
        loss.backward()
        losses.append(loss.item())
        gradients = gradients or {name: p.grad.double().clone() for name, p in network.named_parameters()}
        optimizer.step()
    trained = {name: network.state_dict()[name].double() for name in names}
    return losses, gradients, trained, {name: trained[name] - initial[name] for name in names}


def row(name, tensor):
    return [name, float(f"{tensor.norm().item():.10g}"), [float(f"{v:.10g}") for v in tensor.flatten()[:4].tolist()]]


def deviation(double, single):
    least = 1e-3 * max(tensor.norm().item() for tensor in double.values())
    return max((single[name] - tensor).norm().item() / max(tensor.norm().item(), least) for name, tensor in double.items())


def main():
    double, single = train(torch.float64), train(torch.float32)
    rows = {
        "gradients": [row(*item) for item in double[1].items()],
        "trained": [row(*item) for item in double[2].items()],
        "updates": [row(*item)[:2] for item in double[3].items()],
    }
    entries = {
        "name": "moving_buffers", "input": INPUT, "batch": BATCH, "classes": CLASSES,
        "lr": LR, "momentum": MOMENTUM, "weight_decay": DECAY, "losses": [float(f"{v:.12g}") for v in double[0]],
        **rows,
        "deviation": {
            "losses": max(abs(a - b) / abs(a) for a, b in zip(double[0], single[0])),
            **{name: float(f"{deviation(double[i], single[i]):.3g}") for i, name in enumerate(rows, 1)},
        },
    }
    lines = []
    for name, value in entries.items():
        if name in rows:
            text = "[\n  " + ",\n  ".join(json.dumps(entry) for entry in value) + "\n ]"
        else:
            text = json.dumps(value)
        lines.append(f" {json.dumps(name)}: {text}")
    print("{\n" + ",\n".join(lines) + "\n}")


main()
