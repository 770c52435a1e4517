"""The workloads of bench/workloads as a careful PyTorch user writes them."""
import torch
import torch.nn as nn
import torch.nn.functional as F


def mlp():
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    return net, (784,), 128, lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)


def xor():
    net = nn.Sequential(nn.Linear(2, 5), nn.Sigmoid(), nn.Linear(5, 1), nn.Sigmoid())
    return net, (2,), 4, lambda p: torch.optim.SGD(p, lr=0.5)


def lenet():
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))
    return net, (1, 28, 28), 64, lambda p: torch.optim.Adam(p, lr=1e-3)


def vggish():
    def block(i, o):
        layers = []
        for a, b in ((i, o), (o, o)):
            layers += [nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        return layers
    net = nn.Sequential(
        *block(3, 32), nn.MaxPool2d(2), *block(32, 64), nn.MaxPool2d(2), *block(64, 128),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))
    return net, (3, 32, 32), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


class Residual(nn.Module):
    def __init__(self, i, o, stride):
        super().__init__()
        self.c1 = nn.Conv2d(i, o, 3, stride, 1, bias=False); self.b1 = nn.BatchNorm2d(o)
        self.c2 = nn.Conv2d(o, o, 3, 1, 1, bias=False); self.b2 = nn.BatchNorm2d(o)
        self.more, self.stride = o - i, stride

    def forward(self, x):
        y = self.b2(self.c2(F.relu(self.b1(self.c1(x)))))
        if self.more or self.stride > 1:
            before = self.more // 2
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, before, self.more - before))
        return F.relu(x + y)


def resnet20():
    blocks, width = [], 16
    for k, o in enumerate([16] * 3 + [32] * 3 + [64] * 3):
        blocks.append(Residual(width, o, 2 if k in (3, 6) else 1)); width = o
    net = nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    return net, (3, 32, 32), 32, lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-4)


ALL = {f.__name__: f for f in (mlp, xor, lenet, vggish, resnet20)}


def loss(name, out, y):
    return F.mse_loss(out, y) if name == 'xor' else F.cross_entropy(out, y)


def data(name, shape, n):
    if name == 'xor':
        return torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])[:n], torch.tensor([[0.], [1.], [1.], [0.]])[:n]
    return torch.randn((n,) + shape), torch.randint(0, 10, (n,))
