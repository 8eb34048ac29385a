#!/usr/bin/env python3
"""Writes the small files that the tests of weights read: Tests/WeightsTests/Fixtures, and of a whole network in
Tests/CommandLineTests/Fixtures.

    python3 scripts/make_weight_fixtures.py        (needs numpy, torch and safetensors)

Element i, in row-major order, of every floating-point tensor is (i - 5) / 4, which every type holds exactly. Damaged
files are not made here: the tests cut and change these, or put bytes together by hand.
"""
import argparse
import collections
import datetime
import pathlib

import numpy as np
import safetensors.torch
import torch

TESTS = pathlib.Path(__file__).parent.parent / "Tests"
FOLDER = TESTS / "WeightsTests" / "Fixtures"
NETWORKS = TESTS / "CommandLineTests" / "Fixtures"
SHAPES = {"conv.weight": (2, 3, 2, 2), "conv.bias": (2,), "bn.running_var": (2,), "fc.weight": (3, 4), "scale": ()}


def array(shape, dtype=np.float32):
    return ((np.arange(int(np.prod(shape)), dtype=np.float64) - 5) / 4).astype(dtype).reshape(shape)


def tensor(shape, dtype=torch.float32):
    return torch.from_numpy(array(shape)).to(dtype)


def state(dtype=torch.float32):
    tensors = {name: tensor(shape, dtype) for name, shape in SHAPES.items()}
    tensors["bn.num_batches_tracked"] = torch.tensor(7)
    return tensors


def strided():
    """Views that are not contiguous, that begin within their storage, and two of one storage."""
    whole = tensor((5, 6))
    return {
        "transposed": tensor((4, 3)).T.contiguous().T,
        "columns": whole[:, 1:3],
        "rows": whole[2:4],
        "every_second": whole.flatten()[::2],
        "parameter": torch.nn.Parameter(tensor((2, 2))),
        "empty": torch.zeros(0, 3),
    }


class Residual(torch.nn.Module):
    """A network of a few layers with torchvision's names, as PretrainedNetworkTests.swift has it as a spec."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(8)
        self.conv2 = torch.nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(8)
        self.fc = torch.nn.Linear(8, 5)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        x = (x + self.bn2(self.conv2(x))).relu()
        return self.fc(x.mean((2, 3)))


def network():
    """The network's state_dict in both forms, with an input and PyTorch's output for it."""
    NETWORKS.mkdir(exist_ok=True)
    torch.manual_seed(4)
    model, images = Residual(), torch.rand(2, 3, 9, 7)
    with torch.no_grad():
        # In training the norms take on statistics of their input.
        for _ in range(5):
            model(torch.rand(8, 3, 9, 7) * 2)
        model.eval()
        torch.save(model.state_dict(), NETWORKS / "network.pth")
        torch.save(model.state_dict(), NETWORKS / "network_legacy.pth", _use_new_zipfile_serialization=False)
        np.save(NETWORKS / "images.npy", images.numpy())
        np.save(NETWORKS / "outputs.npy", model(images).numpy())


def checkpoints():
    """What training scripts and libraries keep beside the tensors, and tensors that are not read."""
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    optimizer = torch.optim.Adam(model.parameters(), 0.1, amsgrad=True)
    model(torch.ones(2, 1, 4, 4)).sum().backward()
    optimizer.step()
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 3])
    beside = {
        "best": torch.tensor(0.75), "args": argparse.Namespace(lr=0.1, out=pathlib.PurePosixPath("runs/1")),
        "accuracy": np.float64(0.5), "curve": np.arange(3.0), "seen": collections.Counter("aab"),
        "default": collections.defaultdict(list, a=[1]), "type": torch.float16, "device": torch.device("cpu"),
        "size": torch.Size([1, 2]), "when": datetime.datetime(2020, 1, 2), "set": {1, 2}, "frozen": frozenset({3}),
        "bytes": b"\x00\xff", "array": bytearray(b"abc"), "complex": 1 + 2j, "large": 1 << 80, "slice": slice(1, 2),
        "function": torch.nn.functional.relu, "class": torch.nn.Conv2d, 3: {"a": 1}, (1, 2): None,
        "random": torch.get_rng_state()[:8], "optimizer": optimizer.state_dict(), "scheduler": schedule.state_dict(),
        "network": state(),
    }
    save(beside, "beside.pth")
    save(beside, "beside4.pth", pickle_protocol=4)
    save(state(), "legacy4.pth", pickle_protocol=4, _use_new_zipfile_serialization=False)
    parameter = torch.nn.Parameter(tensor((2, 2)))
    parameter.tag = "a parameter with an attribute"
    save({"parameter": parameter, "counts": tensor((3,)).to(torch.uint16), "by_version_3": parameter}, "parameters.pth")
    plain = tensor((2, 3))
    unread = {
        "sparse": plain.to_sparse(), "csr": plain.to_sparse_csr(), "complex": plain.to(torch.complex64),
        "quantized": torch.quantize_per_tensor(plain, 0.1, 0, torch.qint8), "meta": plain.to("meta"),
        "float8": plain.to(torch.float8_e4m3fn),
    }
    for name, value in unread.items():
        save({"a": plain, name: value}, f"unread_{name}.pth")
    safetensors.torch.save_file({"float8": unread["float8"]}, FOLDER / "unread_float8.safetensors")
    save({"state_dict": {"a.weight": array((2, 3))}, "epoch": 3}, "arrays.pth")
    save(model, "module.pth")
    save({"epoch": 3, "model": model}, "module_inside.pth")
    torch.export.save(torch.export.export(torch.nn.Linear(2, 1), (torch.ones(1, 2),)), FOLDER / "exported.pt2")
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), FOLDER / "scripted.pt")


def save(value, name, **options):
    torch.save(value, FOLDER / name, **options)


def main():
    network()
    FOLDER.mkdir(exist_ok=True)
    legacy = {"_use_new_zipfile_serialization": False}
    save(state(), "archive.pth")
    save(state(), "legacy.pth", **legacy)
    save(strided(), "strided.pth")
    save(strided(), "strided_legacy.pth", **legacy)
    types = {"half": torch.half, "bfloat16": torch.bfloat16, "double": torch.double}
    save({name: tensor((3, 4), dtype) for name, dtype in types.items()}, "types.pth")
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    wrapped = {"module." + name: value for name, value in state().items()}
    save({"epoch": 3, "best": 0.75, "model": {"state_dict": wrapped}, "optimizer": optimizer.state_dict()},
         "checkpoint.pth")
    save(state(), "protocol4.pth", pickle_protocol=4)

    checkpoints()

    safetensors.torch.save_file(state(), FOLDER / "plain.safetensors", metadata={"format": "pt"})
    safetensors.torch.save_file(
        {d: tensor((3, 4), getattr(torch, d)) for d in ("float16", "bfloat16", "float64")},
        FOLDER / "types.safetensors")

    arrays = {name: array(shape) for name, shape in SHAPES.items()}
    np.savez(FOLDER / "plain.npz", **arrays)
    np.savez_compressed(FOLDER / "compressed.npz", **arrays, zeros=np.zeros((40, 50), np.float32))
    np.savez(FOLDER / "types.npz", half=array((3, 4), np.float16), double=array((3, 4), np.float64),
             fortran=np.asfortranarray(array((3, 4))), counter=np.int64(7))
    np.save(FOLDER / "fortran.npy", np.asfortranarray(array((2, 3, 4))))
    for version in ((2, 0), (3, 0)):
        with open(FOLDER / f"version{version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, array((3, 4)), version=version)


if __name__ == "__main__":
    main()
