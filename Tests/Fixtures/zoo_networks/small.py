"""Small networks: ResNet for CIFAR, and M5 for signals."""
import torch
from torch import nn
from torch.nn import functional


class BasicBlock(nn.Module):
    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.grown = (out - channels) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        if self.grown:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.grown, self.grown))
        return torch.relu(y + x)


class CifarResNet(nn.Module):
    """He et al. 2015, arXiv:1512.03385, section 4.2, shortcuts of option A; names as akamaster/pytorch_resnet_cifar10 has them."""

    def __init__(self, n, classes=10):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        stage = lambda channels, out, stride: nn.Sequential(
            *(BasicBlock(out if i else channels, out, 1 if i else stride) for i in range(n)))
        self.layer1, self.layer2, self.layer3 = stage(16, 16, 1), stage(16, 32, 2), stage(32, 64, 2)
        self.linear = nn.Linear(64, classes)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


class M5(nn.Module):
    """Dai et al. 2016, arXiv:1610.00087, as PyTorch's tutorial on speech commands has it: a second of sound, 35 words."""

    def __init__(self, stride=16, channels=32, words=35):
        super().__init__()
        wide = 2 * channels
        self.conv1, self.bn1 = nn.Conv1d(1, channels, 80, stride), nn.BatchNorm1d(channels)
        self.conv2, self.bn2 = nn.Conv1d(channels, channels, 3), nn.BatchNorm1d(channels)
        self.conv3, self.bn3 = nn.Conv1d(channels, wide, 3), nn.BatchNorm1d(wide)
        self.conv4, self.bn4 = nn.Conv1d(wide, wide, 3), nn.BatchNorm1d(wide)
        self.fc1 = nn.Linear(wide, words)

    def forward(self, x):
        for i in range(1, 5):
            x = torch.relu(getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)))
            x = functional.max_pool1d(x, 4)
        return functional.log_softmax(self.fc1(x.mean(2)), 1)
