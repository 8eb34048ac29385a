"""Networks with several inputs and shared weights."""
import torch
from torch import nn


class Siamese(nn.Module):
    """Koch, Zemel and Salakhutdinov 2015, "Siamese neural networks for one-shot image recognition", figure 4."""

    def __init__(self):
        super().__init__()
        layers, channels = [], 1
        for out, kernel in ((64, 10), (128, 7), (128, 4)):
            layers += [nn.Conv2d(channels, out, kernel), nn.ReLU(), nn.MaxPool2d(2)]
            channels = out
        self.features = nn.Sequential(*layers, nn.Conv2d(128, 256, 4), nn.ReLU())
        self.embedding = nn.Linear(256 * 6 * 6, 4096)
        self.score = nn.Linear(4096, 1)

    def encoded(self, x):
        return torch.sigmoid(self.embedding(self.features(x).flatten(1)))

    def forward(self, left, right):
        return torch.sigmoid(self.score((self.encoded(left) - self.encoded(right)).abs()))
