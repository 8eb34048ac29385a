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
