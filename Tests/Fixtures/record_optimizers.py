#!/usr/bin/env python3
"""Records what PyTorch's and timm's optimizers and schedules do, in double precision.

    python3 Tests/Fixtures/record_optimizers.py Tests/TrainingTests/Fixtures

Needs torch and timm. optimizers.txt: a line for each optimizer and step, with four values after it. The values start at
cos(1), cos(2), …; the gradient of value i at step t is sin(3 i + 7 t), for i from 1 and t from 0.
schedules.txt: a line for each schedule with the rate of each of 24 steps or epochs, and for one_cycle the momentum.
The names are those of the tables in Tests/TrainingTests.
"""
import math
import os
import sys

import torch
from timm.optim import RMSpropTF
from torch import optim
from torch.optim import lr_scheduler

OPTIMIZERS = {
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "sgd-decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.05),
    "sgd-momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd-dampening": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "sgd-nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.01),
    "adam": lambda p: optim.Adam(p, lr=0.02),
    "adam-decay": lambda p: optim.Adam(p, lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1),
    "adamw": lambda p: optim.AdamW(p, lr=0.02, weight_decay=0.1),
    "rmsprop": lambda p: optim.RMSprop(p, lr=0.02),
    "rmsprop-momentum": lambda p: optim.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-3, momentum=0.9, weight_decay=0.01),
    "rmsprop-tensorflow": lambda p: RMSpropTF(
        p, lr=0.02, alpha=0.9, eps=1e-3, momentum=0.9, weight_decay=0.01, lr_in_momentum=False),
    "rmsprop-tensorflow-plain": lambda p: RMSpropTF(p, lr=0.02, alpha=0.9, eps=1e-3),
}

LENGTH = 24
MEASURES = [1 - 0.1 * t if t < 5 else 0.6 + 0.001 * (t % 3) for t in range(LENGTH)]
SCHEDULES = {
    "step": lambda o: lr_scheduler.StepLR(o, 7, 0.3),
    "multi_step": lambda o: lr_scheduler.MultiStepLR(o, [4, 9, 20], 0.2),
    "exponential": lambda o: lr_scheduler.ExponentialLR(o, 0.9),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, LENGTH, 0.001),
    "polynomial": lambda o: lr_scheduler.PolynomialLR(o, LENGTH, 0.9),
    "one_cycle": lambda o: lr_scheduler.OneCycleLR(o, 0.4, total_steps=LENGTH),
    "plateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=0.3, patience=2, cooldown=1, min_lr=0.02),
    "warmup": lambda o: lr_scheduler.SequentialLR(
        o,
        [lr_scheduler.LinearLR(o, 0.01, total_iters=6), lr_scheduler.CosineAnnealingLR(o, LENGTH - 6)],
        [6],
    ),
}


def line(name, values):
    return name + " " + " ".join(repr(float(v)) for v in values) + "\n"


def optimizers():
    for name, make in OPTIMIZERS.items():
        values = torch.tensor([math.cos(i) for i in range(1, 5)], dtype=torch.float64, requires_grad=True)
        optimizer = make([values])
        for step in range(6):
            values.grad = torch.tensor([math.sin(3 * i + 7 * step) for i in range(1, 5)], dtype=torch.float64)
            optimizer.step()
            yield line(f"{name} {step}", values.detach())


def schedules():
    for name, make in SCHEDULES.items():
        values = torch.zeros(1, requires_grad=True)
        optimizer = optim.SGD([values], lr=0.4, momentum=0.9)
        schedule = make(optimizer)
        rates, momenta = [], []
        for time in range(LENGTH):
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["momentum"])
            optimizer.step()
            if name == "plateau":
                schedule.step(MEASURES[time])
            elif time + 1 < LENGTH or name != "one_cycle":
                schedule.step()
        yield line(name, rates)
        if name == "one_cycle":
            yield line("one_cycle-momentum", momenta)


def main():
    folder = sys.argv[1]
    for name, lines in (("optimizers", optimizers()), ("schedules", schedules())):
        with open(os.path.join(folder, name + ".txt"), "w") as file:
            file.writelines(lines)


main()
