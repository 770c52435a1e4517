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


class Characters(nn.Module):
    """Time first, as PyTorch's own kernels like it."""
    def __init__(self, cell, hidden=256, **options):
        super().__init__()
        self.embed, self.rnn, self.head = nn.Embedding(96, 64), cell(64, hidden, **options), nn.Linear(hidden, 96)

    def forward(self, x):
        return self.head(self.rnn(self.embed(x))[0])


def charlstm():
    return Characters(nn.LSTM), (64,), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


def gru():
    return Characters(nn.GRU), (64,), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


def deep():
    return Characters(nn.LSTM, hidden=128, num_layers=3), (64,), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


class Last(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn, self.head = nn.LSTM(64, 128, num_layers=2, bidirectional=True), nn.Linear(256, 10)

    def forward(self, x):
        return self.head(self.rnn(x)[0][-1])


def birnn():
    return Last(), (50, 64), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


class Peephole(nn.Module):
    """The loop that a careful user writes: the input's product once for all steps, unbind instead of indexing."""
    def __init__(self, inputs=64, hidden=128):
        super().__init__()
        u = lambda *s: nn.Parameter(torch.empty(*s).uniform_(-hidden ** -0.5, hidden ** -0.5))
        self.hidden = hidden
        self.wx, self.wh, self.b = u(4 * hidden, inputs), u(4 * hidden, hidden), nn.Parameter(torch.zeros(4 * hidden))
        self.pi, self.pf, self.po, self.head = u(hidden), u(hidden), u(hidden), nn.Linear(hidden, 10)

    def forward(self, x):
        projected, recurrent = F.linear(x, self.wx, self.b), self.wh.t()
        h = x.new_zeros(x.shape[1], self.hidden); c = x.new_zeros(x.shape[1], self.hidden)
        for at in projected.unbind(0):
            i, f, g, o = torch.addmm(at, h, recurrent).chunk(4, 1)
            i = torch.sigmoid(i + self.pi * c); f = torch.sigmoid(f + self.pf * c)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o + self.po * c) * torch.tanh(c)
        return self.head(h)


def peephole():
    return Peephole(), (64, 64), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


def lstm128():
    """PyTorch's LSTM of the peephole cell's size: what the cell costs beside it."""
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.head = nn.LSTM(64, 128), nn.Linear(128, 10)

        def forward(self, x):
            return self.head(self.rnn(x)[0][-1])
    return Plain(), (64, 64), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


class Block(nn.Module):
    """Causal self-attention and two layers, each behind a normalisation; PyTorch's fused attention where it has one."""
    def __init__(self, width=128, heads=4, wide=512):
        super().__init__()
        self.heads = heads
        self.n1, self.n2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, wide), nn.Linear(wide, width)

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(self.n1(x)).view(n, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        if hasattr(F, 'scaled_dot_product_attention'):
            o = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            mask = torch.ones(t, t, dtype=torch.bool, device=x.device).triu(1)
            o = torch.softmax((q @ k.transpose(2, 3) / (d // self.heads) ** 0.5).masked_fill(mask, -float('inf')), -1) @ v
        x = x + self.out(o.transpose(1, 2).reshape(n, t, d))
        return x + self.down(F.gelu(self.up(self.n2(x))))


def attention():
    """Time first outside, as the other sequences here."""
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.blocks, self.norm, self.head = nn.Embedding(96, 128), nn.Sequential(Block(), Block()), nn.LayerNorm(128), nn.Linear(128, 96)

        def forward(self, x):
            return self.head(self.norm(self.blocks(self.embed(x.t())))).transpose(0, 1)
    return Net(), (64,), 32, lambda p: torch.optim.Adam(p, lr=1e-3)


ALL = {f.__name__: f for f in (mlp, xor, lenet, vggish, resnet20, charlstm, gru, deep, birnn, peephole, lstm128, attention)}
RECURRENT = {'attention', 'charlstm', 'gru', 'deep', 'birnn', 'peephole', 'lstm128'}
CLIP = {'charlstm': 5.0, 'gru': 5.0, 'deep': 5.0}


def loss(name, out, y):
    return F.mse_loss(out, y) if name == 'xor' else F.cross_entropy(out.reshape(-1, out.shape[-1]), y.reshape(-1))


def data(name, shape, n):
    if name in ('charlstm', 'gru', 'deep', 'attention'):
        return torch.randint(0, 96, (shape[0], n)), torch.randint(0, 96, (shape[0], n))
    if name in RECURRENT:
        return torch.randn(shape[0], n, shape[1]), torch.randint(0, 10, (n,))
    if name == 'xor':
        return torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])[:n], torch.tensor([[0.], [1.], [1.], [0.]])[:n]
    return torch.randn((n,) + shape), torch.randint(0, 10, (n,))
