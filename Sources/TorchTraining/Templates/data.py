import csv
import gzip
import math
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, DistributedSampler, Subset
from torchvision.transforms import v2


def read_idx(data: Path, train: bool, what: str) -> np.ndarray:
    """The bytes of an IDX file (LeCun et al.), compressed by gzip or not."""
    parts = ["train"] if train else ["t10k", "test"]
    patterns = [f"{part}-{what}?idx*" for part in parts]
    found = [path for pattern in patterns for path in sorted(data.glob(pattern))]
    if not found:
        raise SystemExit(f"{data} has no file {parts[0]}-{what}-idx…")
    opened = gzip.open if found[0].suffix == ".gz" else open
    with opened(found[0], "rb") as file:
        content = bytearray(file.read())
    rank = content[3]
    sizes = np.frombuffer(content, ">u4", rank, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(sizes)


def read_images(data: Path, train: bool) -> tuple[Tensor, Tensor]:
    """Images `[N, C, H, W]` and their classes, from IDX files as MNIST has them."""
    images = read_idx(data, train, "images")
    labels = read_idx(data, train, "labels")
    images = images.reshape(len(images), -1, *images.shape[-2:])
    return torch.from_numpy(images), torch.from_numpy(labels).long()


def read_cifar(data: Path, train: bool) -> tuple[Tensor, Tensor]:
    """Images `[N, 3, 32, 32]` and their classes, from CIFAR's binary files."""
    hundred = (data / "train.bin").exists()
    if hundred:
        files = ["train.bin" if train else "test.bin"]
    elif train:
        files = [f"data_batch_{number}.bin" for number in range(1, 6)]
    else:
        files = ["test_batch.bin"]
    rows = np.concatenate([np.fromfile(data / file, np.uint8) for file in files])
    # Of the two labels of CIFAR-100 the fine one stands before the image.
    rows = torch.from_numpy(rows.reshape(-1, 3074 if hundred else 3073))
    labels = rows[:, -3073].long()
    names = class_names(data, hundred)  #? labels
    labels = numbers_of(names)[labels]  #? labels
    return rows[:, -3072:].reshape(-1, 3, 32, 32), labels


def class_names(data: Path, hundred: bool) -> list[str]:
    """The names that stand beside the data, or numbers."""
    file = data / ("fine_label_names.txt" if hundred else "batches.meta.txt")
    if not file.exists():
        return [str(number) for number in range(100 if hundred else 10)]
    return [line for line in file.read_text().splitlines() if line]


def read_arrays(data: Path, train: bool) -> tuple[Tensor, Tensor]:
    """Inputs and labels, the arrays `x` and `y` of an archive of numpy.

    Bytes are images; real numbers are the network's input as they are.
    """
    with np.load(data) as arrays:
        endings = ["_train", ""] if train else ["_test"]
        ending = next((end for end in endings if f"x{end}" in arrays), None)
        if ending is None:
            raise SystemExit(f"{data} has no array x{endings[-1]}")
        inputs = torch.from_numpy(arrays[f"x{ending}"])
        labels = torch.from_numpy(arrays[f"y{ending}"])
    if labels.dim() == 2:  #? !several
        raise SystemExit(f"{data} has several labels an image")  #? !several
    if inputs.is_floating_point():
        inputs = inputs.float()
    elif inputs.dim() == 3:
        inputs = inputs.unsqueeze(1)
    return inputs, labels.float() if labels.dim() == 2 else labels.long()  #? several
    return inputs, labels.long()  #? !several


def part_folder(data: Path, train: bool) -> Path:
    """The folder of a part of the data; all of it where it has no parts."""
    names = ["train", "training"] if train else ["test", "val", "valid", "validation"]
    for name in names:
        if (data / name).is_dir():
            return data / name
    if not train:
        raise SystemExit(f"{data} has no folder test or val")
    return data


def class_folders(folder: Path) -> list[Path]:
    """The folders of the classes, in the order of their names."""
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.is_dir() and not entry.is_symlink() and entry.name[0] != "."
    )


def read_folder(data: Path, train: bool) -> tuple[list[Path], Tensor]:
    """Files of images and their classes: a folder a class, perhaps below `train`."""
    names = [folder.name for folder in class_folders(part_folder(data, train=True))]
    numbers = {name: number for number, name in enumerate(names)}  #? !labels
    numbers = dict(zip(names, numbers_of(names).tolist(), strict=True))  #? labels
    paths, labels = [], []
    for folder in class_folders(part_folder(data, train)):
        if folder.name not in numbers:
            raise SystemExit(f"{folder} is no class that is learned")
        found = [
            path
            for path in sorted(folder.rglob("*"))
            if path.suffix.lower() in {".jpg", ".jpeg", ".png"}
            and not any(part[0] == "." for part in path.relative_to(folder).parts)
        ]
        paths += found
        labels += [numbers[folder.name]] * len(found)
    return paths, torch.tensor(labels)


def read_list(data: Path, train: bool) -> tuple[list[Path], Tensor]:
    """Files of images and their classes, a row each: `cats/1.jpg,cat`."""  #? !several
    """Files of images and their classes, a row each: `cats/1.jpg,cat`.  #? several

    Where a row has a semicolon, `park.jpg,dog;person`, images have any number.  #? several
    """  #? several
    with data.open(newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row]
    heading = rows[0][0].lower() in {"path", "file", "filename", "image"}
    if heading and not (data.parent / rows[0][0]).is_file():
        rows = rows[1:]
    if any(";" in row[1] for row in rows):  #? !several
        raise SystemExit(f"{data} has several labels an image")  #? !several
    texts = [row[1].strip() for row in rows]  #? !several
    sets = [{text.strip() for text in row[1].split(";")} - {""} for row in rows]  #? several
    texts = [text for labels in sets for text in labels]  #? several
    names = sorted(set(texts))
    if all(name.isdecimal() and str(int(name)) == name for name in names):
        names.sort(key=int)
    paths = [data.parent / row[0] for row in rows]
    numbers = {name: number for number, name in enumerate(names)}  #? !labels
    numbers = dict(zip(names, numbers_of(names).tolist(), strict=True))  #? labels
    if any(";" in row[1] for row in rows):  #? several
        labels = torch.zeros(len(rows), CLASSES)  #? several
        for row, own in zip(labels, sets, strict=True):  #? several
            row[[numbers[name] for name in own]] = 1  #? several
        return paths, labels  #? several
    return paths, torch.tensor([numbers[text] for text in texts])


def numbers_of(names: list[str]) -> Tensor:
    """The places of classes among LABELS, where all have one; else their own order."""
    known = set(names) <= set(LABELS)
    order = LABELS if known else names
    return torch.tensor([order.index(name) for name in names])


class Lighting(nn.Module):
    """AlexNet's change of light (Krizhevsky et al. 2012, section 4.1)."""

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, image: Tensor) -> Tensor:
        components = torch.tensor(
            [
                [-0.5675, 0.7192, 0.4009],
                [-0.5808, -0.0045, -0.8140],
                [-0.5836, -0.6948, 0.4203],
            ]
        )
        factors = torch.randn(3) * torch.tensor([0.2175, 0.0188, 0.0045])
        added = 255 * self.deviation * components @ factors
        return (image + added[:, None, None]).round().clamp(0, 255).to(torch.uint8)


class ReversedChannels(nn.Module):
    """Blue, green and red in place of red, green and blue."""

    def forward(self, image: Tensor) -> Tensor:
        return image.flip(-3)


class RequiredSize(nn.Module):
    """Takes images of the network's size, and no others."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.size = (height, width)

    def forward(self, image: Tensor) -> Tensor:
        if image.shape[-2:] != self.size:
            found = "×".join(map(str, image.shape[-2:]))
            wanted = "×".join(map(str, self.size))
            raise ValueError(
                f"an image is {found}, but the network takes {wanted}; "
                f"resize: {[*self.size]} of preprocess: in the spec would fit any"
            )
        return image


def transform(train: bool) -> v2.Compose:  #? augmented
    """What makes the network's input of an image, at random where it learns."""  #? augmented
def transform() -> v2.Compose:  #? !augmented
    """What makes the network's input of an image."""  #? !augmented
{{transform}}


class Labelled(Dataset):
    """Samples with their labels, made the network's input when they are asked for."""

    def __init__(
        self,
        samples: Tensor,  #? !files
        samples: list[Path],  #? files
        labels: Tensor,
        transform: v2.Compose | None,  #? npz
        transform: v2.Compose,  #? !npz
    ) -> None:
        self.samples = samples
        self.labels = labels
        self.transform = transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        with Image.open(self.samples[index]) as file:  #? files
            image = file.convert("{{mode}}")  #? files !oriented
            image = ImageOps.exif_transpose(file).convert("{{mode}}")  #? files oriented
        try:  #? files sized
            return self.transform(image), self.labels[index]  #? files sized
        except ValueError as error:  #? files sized
            raise ValueError(f"{self.samples[index]}: {error}") from error  #? files sized
        return self.transform(image), self.labels[index]  #? files !sized
        sample = self.samples[index]  #? !files
        return self.transform(sample) if self.transform else sample, self.labels[index]  #? npz
        return self.transform(sample), self.labels[index]  #? !files !npz


def divided(labels: Tensor) -> tuple[list[int], list[int]]:
    """Which images are learned from and which are tested on, a share of each class."""
    classes = defaultdict(list)
    for index, label in enumerate(labels.tolist()):
        classes[str(label)].append(index)
    generator = random.Random(SEED)
    learned, tested = [], []
    for members in classes.values():
        generator.shuffle(members)
        count = max(1, math.floor(TESTED_SHARE * len(members) + 0.5))
        count = min(count, len(members) - 1)
        tested += members[:count]
        learned += members[count:]
    if not tested:
        raise SystemExit("no class has an image to test on beside one to learn from")
    return sorted(learned), sorted(tested)


def data_sets(data: Path) -> tuple[Dataset, Dataset]:  #? tested
    """What is learned from, and what is tested on."""  #? tested
def data_sets(data: Path) -> Dataset:  #? !tested
    """What is learned from."""  #? !tested
    samples, labels = {{read}}(data, train=True)
    ready = samples.is_floating_point()  #? npz images
    training = Labelled(samples, labels, {{learned}})
    kept = {{kept}}  #? tested
    return training, Labelled(*{{read}}(data, train=False), kept)  #? testpart
    learned, tested = divided(labels)  #? share
    testing = Labelled(samples, labels, kept)  #? share
    return Subset(training, learned), Subset(testing, tested)  #? share
    return training  #? !tested
