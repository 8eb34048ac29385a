#!/usr/bin/env python3
"""Records what torchvision's changes of training images do to three images of 8 bits (on tensors; `resized` on Pillow's images).

    python3 Tests/Fixtures/record_augmentations.py Tests/AugmentationTests/Fixtures

Needs torch, torchvision and Pillow. augmentations.txt: a line for each image (`image NAME HEIGHT WIDTH CHANNELS SAMPLES`), then one for each
change of one (`CHANGE STRENGTH NAME SAMPLES`), samples as hexadecimal numbers, the channels of a pixel beside each other.
policies.txt: for RandAugment and TrivialAugment the 31 strengths of each operation on an image of 224 × 200.
"""
import math
import os
import sys

import PIL.Image
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR


def images():
    generator = torch.Generator().manual_seed(7)
    result = {}
    for name, (channels, height, width) in {"rgb": (3, 14, 19), "grey": (1, 17, 12), "square": (3, 16, 16)}.items():
        y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        waves = torch.stack([110 + 70 * torch.sin(x * (0.3 + 0.2 * c) + y * 0.25) for c in range(channels)])
        noise = torch.randint(-45, 45, (channels, height, width), generator=generator)
        result[name] = (waves + noise).clamp(0, 255).to(torch.uint8)
    # A flat corner: grey pixels have no hue.
    result["rgb"][:, :4, :4] = 90
    return result


def lighting(image, factors):
    values = torch.tensor([0.2175, 0.0188, 0.0045], dtype=torch.float64)
    vectors = torch.tensor(
        [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]], dtype=torch.float64)
    added = vectors @ (values * torch.tensor(factors, dtype=torch.float64))
    return (image.to(torch.float64) + 255 * added[:, None, None]).round().clamp(0, 255).to(torch.uint8)


CHANGES = {
    "flip": (lambda image, _: F.horizontal_flip(image), [0]),
    "flip_vertically": (lambda image, _: F.vertical_flip(image), [0]),
    "brightness": (F.adjust_brightness, [0, 0.37, 0.8, 1, 1.23, 1.9, 3.1]),
    "contrast": (F.adjust_contrast, [0, 0.37, 0.8, 1, 1.23, 1.9, 3.1]),
    "saturation": (F.adjust_saturation, [0, 0.37, 0.8, 1, 1.23, 1.9, 3.1]),
    "hue": (F.adjust_hue, [-0.5, -0.31, -0.1, 0, 0.04, 0.2, 0.49]),
    "sharpness": (F.adjust_sharpness, [0, 0.37, 1, 1.9]),
    "rotate_bilinear": (lambda image, angle: F.rotate(image, angle, BILINEAR), [0, -7.3, 12, 90, 133.7, 180, 270, 355]),
    "rotate": (lambda image, angle: F.rotate(image, angle, NEAREST), [0, -7.3, 12, 90, 133.7, 180, 270, 355]),
    "shearX": (lambda image, level: affine(image, shear=[math.degrees(math.atan(level)), 0.0], center=[0, 0]), [-0.27, 0.11, 0.99]),
    "shearY": (lambda image, level: affine(image, shear=[0.0, math.degrees(math.atan(level))], center=[0, 0]), [-0.27, 0.11, 0.99]),
    "translateX": (lambda image, pixels: affine(image, translate=[int(pixels), 0]), [-4.7, 3.2, 40]),
    "translateY": (lambda image, pixels: affine(image, translate=[0, int(pixels)]), [-4.7, 3.2, 40]),
    "posterize": (lambda image, bits: F.posterize(image, int(bits)), [0, 2, 5, 8]),
    "solarize": (lambda image, share: F.solarize(image, 255.0 * share), [0, 0.3, 0.51, 1]),
    "autoContrast": (lambda image, _: F.autocontrast(image), [0]),
    "equalize": (lambda image, _: F.equalize(image), [0]),
    "resized": (lambda image, _: resized(image), [0]),
    "lighting": (lambda image, factor: lighting(image, [factor, -0.5 * factor, 2 * factor]), [0.1, -0.3]),
}


def affine(image, translate=(0, 0), shear=(0.0, 0.0), center=None):
    return F.affine(image, angle=0.0, translate=list(translate), scale=1.0, shear=list(shear), interpolation=NEAREST, center=center)


def resized(image):
    """Rows first, as Pillow had it up to 12 and wherever the height does not shrink more than the width."""
    part = F.to_pil_image(image).crop((3, 2, 10, 11))
    return F.pil_to_tensor(part.resize((10, 9), PIL.Image.BILINEAR).resize((10, 8), PIL.Image.BILINEAR))


def text(image):
    return bytes(image.permute(1, 2, 0).flatten().tolist()).hex()


def main(folder):
    with open(os.path.join(folder, "augmentations.txt"), "w") as file:
        originals = images()
        for name, image in originals.items():
            channels, height, width = image.shape
            print("image", name, height, width, channels, text(image), file=file)
        for change, (function, strengths) in CHANGES.items():
            for name, image in originals.items():
                if change == "lighting" and name == "grey":
                    continue
                for strength in strengths:
                    print(change, float(strength), name, text(function(image, strength)), file=file)
    with open(os.path.join(folder, "policies.txt"), "w") as file:
        for policy in (v2.RandAugment, v2.TrivialAugmentWide):
            for operation, (magnitudes, signed) in policy._AUGMENTATION_SPACE.items():
                values = magnitudes(31, 200, 224)
                numbers = [0.0] * 31 if values is None else [float(value) for value in values]
                print(policy.__name__, operation, int(signed), *(f"{number:.7g}" for number in numbers), file=file)


main(sys.argv[1])
