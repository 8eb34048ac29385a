"""MobileNet v2 with coordinate attention."""
import torch
from torch import nn


class CoordinateAttention(nn.Module):
    """Hou et al. 2021, arXiv:2103.02907, section 3.2; names as houqb/CoordAttention has them."""

    def __init__(self, channels, reduction=32):
        super().__init__()
        middle = max(8, channels // reduction)
        self.conv1, self.bn1, self.act = nn.Conv2d(channels, middle, 1), nn.BatchNorm2d(middle), nn.Hardswish()
        self.conv2, self.conv3 = nn.Conv2d(middle, channels, 1), nn.Conv2d(middle, channels, 1)

    def forward(self, x):
        height, width = x.shape[2:]
        rows, columns = x.mean(3, keepdim=True), x.mean(2, keepdim=True).permute(0, 1, 3, 2)
        y = self.act(self.bn1(self.conv1(torch.cat([rows, columns], 2))))
        rows, columns = torch.split(y, [height, width], 2)
        return x * self.conv3(columns.permute(0, 1, 3, 2)).sigmoid() * self.conv2(rows).sigmoid()


class InvertedResidual(nn.Module):
    def __init__(self, channels, out, stride, expand):
        super().__init__()
        middle = channels * expand
        grow = [nn.Conv2d(channels, middle, 1, bias=False), nn.BatchNorm2d(middle), nn.ReLU6()] if expand != 1 else []
        self.conv = nn.Sequential(
            *grow, nn.Conv2d(middle, middle, 3, stride, 1, groups=middle, bias=False), nn.BatchNorm2d(middle), nn.ReLU6(),
            *([CoordinateAttention(middle)] if expand != 1 else []),
            nn.Conv2d(middle, out, 1, bias=False), nn.BatchNorm2d(out))
        self.adds = stride == 1 and channels == out

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class MobileNetV2CA(nn.Module):
    def __init__(self):
        super().__init__()
        channels, features = 32, [nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6())]
        for expand, out, times, stride in [
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for index in range(times):
                features.append(InvertedResidual(channels, out, stride if index == 0 else 1, expand))
                channels = out
        self.features = nn.Sequential(*features)
        self.conv = nn.Sequential(nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6())
        self.classifier = nn.Sequential(nn.Dropout(0.1), nn.Linear(1280, 1000))

    def forward(self, x):
        return self.classifier(self.conv(self.features(x)).mean((2, 3)))
