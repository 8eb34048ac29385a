#!/usr/bin/env python3
"""Writes the images of Tests/ImagesTests/Fixtures, and what Pillow makes of them.

    python3 scripts/make_image_fixtures.py          (needs: pillow, numpy)

The pictures are synthetic. `decoded.txt` has, for each file, its size and the samples that `convert("RGB")` gives, or
`convert("L")` for grey ones, and `resized.txt` the samples after `resize`, as hexadecimal. Pillow takes a 16-bit grey
PNG's samples above 255 for 255; for that one file the upper bytes are written, which is what colour files get.
"""
import io
import os
import struct
import zlib

import numpy as np
from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Tests", "ImagesTests", "Fixtures")


def picture(width, height, channels, seed):
    """Waves with some noise: smooth enough for JPEG, rough enough to tell filters apart."""
    random = np.random.default_rng(seed)
    y, x, c = np.mgrid[0:height, 0:width, 0:channels].astype(np.float64)
    waves = 128 + 90 * np.sin(x / (2.1 + c) + seed) * np.cos(y / (1.7 + c)) + random.normal(0, 20, x.shape)
    return np.clip(np.rint(waves), 0, 255).astype(np.uint8)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, depth, color, rows, more=b""):
    """A PNG written by hand, with kinds that Pillow does not write; rows without their filter bytes."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def files():
    color, grey = picture(19, 13, 3, 1), picture(19, 13, 1, 2)[..., 0]
    alpha = picture(19, 13, 4, 3)
    random = np.random.default_rng(4)

    def saved(array, mode, form, **options):
        out = io.BytesIO()
        Image.fromarray(array, mode).save(out, form, **options)
        return out.getvalue()

    yield "color.jpg", saved(color, "RGB", "JPEG", quality=80)
    yield "progressive.jpg", saved(color, "RGB", "JPEG", quality=80, progressive=True)
    yield "full.jpg", saved(color, "RGB", "JPEG", quality=95, subsampling=0)
    yield "grey.jpg", saved(grey, "L", "JPEG", quality=80)
    yield "inks.jpg", saved(alpha, "CMYK", "JPEG", quality=90)
    yield "color.png", saved(color, "RGB", "PNG")
    yield "grey.png", saved(grey, "L", "PNG")
    yield "alpha.png", saved(alpha, "RGBA", "PNG")
    yield "grey-alpha.png", saved(alpha[..., :2], "LA", "PNG")
    palette = Image.fromarray(color, "RGB").quantize(20)
    out = io.BytesIO()
    palette.save(out, "PNG", transparency=3)
    yield "palette.png", out.getvalue()
    bits = random.integers(0, 256, (13, 3), dtype=np.uint8)
    yield "bits1.png", png(19, 13, 1, 0, [row.tobytes() for row in bits])
    nibbles = random.integers(0, 256, (13, 10), dtype=np.uint8)
    yield "bits4.png", png(19, 13, 4, 0, [row.tobytes() for row in nibbles])
    # A gamma of 1, which Pillow does not apply.
    gamma = chunk(b"gAMA", struct.pack(">I", 100000))
    yield "gamma.png", png(19, 13, 8, 2, [row.tobytes() for row in color], gamma)
    wide = random.integers(0, 65536, (13, 19, 3)).astype(">u2")
    yield "wide-color.png", png(19, 13, 16, 2, [row.tobytes() for row in wide])
    yield "wide-grey.png", png(19, 13, 16, 0, [row.tobytes() for row in wide[..., 0]])


def main():
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/decoded.txt", "w") as listing:
        for name, content in files():
            with open(f"{FOLDER}/{name}", "wb") as file:
                file.write(content)
            image = Image.open(io.BytesIO(content))
            if name == "wide-grey.png":
                array = (np.array(image).astype(np.uint32) >> 8).astype(np.uint8)
            else:
                array = np.array(image.convert("L" if image.mode in ("L", "1", "LA") else "RGB"))
            channels = 1 if array.ndim == 2 else 3
            listing.write(f"{name} {image.width} {image.height} {channels} {array.tobytes().hex()}\n")
    filters = {
        "nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC,
        "lanczos": Image.LANCZOS,
    }
    color, grey = picture(23, 17, 3, 5), picture(16, 31, 1, 6)[..., 0]
    with open(f"{FOLDER}/resized.txt", "w") as listing:
        for name, array, mode, sizes in [
            ("color", color, "RGB", [(7, 5), (11, 17), (23, 6), (9, 29), (1, 1)]),
            ("grey", grey, "L", [(5, 9), (40, 13), (16, 30), (33, 64)]),
        ]:
            height, width = array.shape[:2]
            channels = 1 if array.ndim == 2 else 3
            listing.write(f"source {name} {width} {height} {channels} {array.tobytes().hex()}\n")
            for filter_name, resample in filters.items():
                for size in sizes:
                    image = Image.fromarray(array, mode)
                    if resample != Image.NEAREST:
                        # Rows first: Pillow 13 begins with columns where the height shrinks much more than the width.
                        image = image.resize((size[0], height), resample)
                    result = np.array(image.resize(size, resample))
                    listing.write(f"{filter_name} {name} {size[0]} {size[1]} {channels} {result.tobytes().hex()}\n")


if __name__ == "__main__":
    main()
