"""Detectors as far as the maps that boxes are read from, with the names of ultralytics' models."""
import math

import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, channels, out, kernel=1, stride=1, act=None):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=1e-3, momentum=0.03)
        self.act = act or nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class SamePool(nn.Module):
    """Darknet's pool of 2 at stride 1: a row and a column more at the bottom and right, which are never the largest."""

    def forward(self, x):
        return nn.functional.max_pool2d(nn.functional.pad(x, (0, 1, 0, 1), value=-math.inf), 2, 1)


class Heads(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.m = nn.ModuleList(nn.Conv2d(c, out, 1) for c in channels)


class YOLOv3Tiny(nn.Module):
    """Redmon and Farhadi 2018, arXiv:1804.02767, as darknet's yolov3-tiny.cfg has it: leaky ReLU of 0.1."""

    def __init__(self, classes=80, anchors=3):
        super().__init__()
        conv = lambda c, out, kernel=1: Conv(c, out, kernel, act=nn.LeakyReLU(0.1))
        layers = []
        for channels, out in ((3, 16), (16, 32), (32, 64), (64, 128), (128, 256)):
            layers += [conv(channels, out, 3), nn.MaxPool2d(2)]
        layers += [conv(256, 512, 3), nn.Identity(), SamePool(), conv(512, 1024, 3), conv(1024, 256), conv(256, 512, 3)]
        layers += [conv(256, 128), nn.Upsample(scale_factor=2), nn.Identity(), conv(384, 256, 3)]
        self.model = nn.ModuleList([*layers, Heads([256, 512], anchors * (classes + 5))])

    def forward(self, x):
        values = []
        for layer in self.model[:16]:
            x = layer(x)
            values.append(x)
        up = self.model[17](self.model[16](values[14]))
        fine = self.model[19](torch.cat([up, values[8]], 1))
        return [self.model[20].m[0](fine), self.model[20].m[1](values[15])]


class Bottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.cv1, self.cv2 = Conv(channels, channels, 3), Conv(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x):
        return x + self.cv2(self.cv1(x)) if self.shortcut else self.cv2(self.cv1(x))


class C2f(nn.Module):
    def __init__(self, channels, out, count, shortcut):
        super().__init__()
        self.cv1 = Conv(channels, out)
        self.cv2 = Conv((2 + count) * (out // 2), out)
        self.m = nn.ModuleList(Bottleneck(out // 2, shortcut) for _ in range(count))

    def forward(self, x):
        parts = list(self.cv1(x).chunk(2, 1))
        for m in self.m:
            parts.append(m(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class SPPF(nn.Module):
    def __init__(self, channels, out):
        super().__init__()
        self.cv1, self.cv2 = Conv(channels, channels // 2), Conv(channels * 2, out)
        self.m = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        parts = [self.cv1(x)]
        for _ in range(3):
            parts.append(self.m(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class Detect(nn.Module):
    """For each of three maps, 64 numbers on the box and one a class at every pixel."""

    def __init__(self, channels, classes):
        super().__init__()
        box, label = max(16, channels[0] // 4, 64), max(channels[0], min(classes, 100))
        head = lambda c, mid, out: nn.Sequential(Conv(c, mid, 3), Conv(mid, mid, 3), nn.Conv2d(mid, out, 1))
        self.cv2 = nn.ModuleList(head(c, box, 64) for c in channels)
        self.cv3 = nn.ModuleList(head(c, label, classes) for c in channels)

    def forward(self, maps):
        return [torch.cat([box(x), label(x)], 1) for x, box, label in zip(maps, self.cv2, self.cv3)]


class YOLOv8(nn.Module):
    """After ultralytics' yolov8.yaml, with its multiples of depth and width."""

    def __init__(self, depth, width, largest, classes=80):
        super().__init__()
        ch = lambda c: math.ceil(min(c, largest) * width / 8) * 8
        n = lambda count: max(round(count * depth), 1)
        c = [ch(v) for v in (64, 128, 256, 512, 1024)]
        self.model = nn.ModuleList([
            Conv(3, c[0], 3, 2), Conv(c[0], c[1], 3, 2), C2f(c[1], c[1], n(3), True),
            Conv(c[1], c[2], 3, 2), C2f(c[2], c[2], n(6), True), Conv(c[2], c[3], 3, 2), C2f(c[3], c[3], n(6), True),
            Conv(c[3], c[4], 3, 2), C2f(c[4], c[4], n(3), True), SPPF(c[4], c[4]),
            nn.Upsample(scale_factor=2), nn.Identity(), C2f(c[4] + c[3], c[3], n(3), False),
            nn.Upsample(scale_factor=2), nn.Identity(), C2f(c[3] + c[2], c[2], n(3), False),
            Conv(c[2], c[2], 3, 2), nn.Identity(), C2f(c[2] + c[3], c[3], n(3), False),
            Conv(c[3], c[3], 3, 2), nn.Identity(), C2f(c[3] + c[4], c[4], n(3), False),
            Detect(c[2:5], classes)])

    def forward(self, x):
        m, kept = self.model, []
        for layer in m[:10]:
            x = layer(x)
            kept.append(x)
        p4 = m[12](torch.cat([m[10](x), kept[6]], 1))
        small = m[15](torch.cat([m[13](p4), kept[4]], 1))
        middle = m[18](torch.cat([m[16](small), p4], 1))
        large = m[21](torch.cat([m[19](middle), x], 1))
        return m[22]([small, middle, large])
