#!/usr/bin/python3
"""Writes marks.npz: noise with two marked steps, for tasks that need a long memory (python3-numpy; deterministic).

x [1200, 40, 2]: noise in [0, 1) in steps of 1/256, and a mark that is 1 at one step of each half, else 0.
total [1200]: the sum of the two marked values (the adding problem, Hochreiter & Schmidhuber 1997).
gap [1200]: the number of steps between the marks, divided by 40 (after the timing tasks of Gers & Schmidhuber 2000).
"""
import os
import numpy as np

N, T = 1200, 40
draw = np.random.RandomState(7)
value = draw.randint(0, 256, (N, T)) / 256
first, second = draw.randint(0, T // 2, N), draw.randint(T // 2, T, N)
mark = np.zeros((N, T))
rows = np.arange(N)
mark[rows, first] = mark[rows, second] = 1
arrays = {
    'x': np.stack([value, mark], 2),
    'total': value[rows, first] + value[rows, second],
    'gap': (second - first) / T,
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'marks.npz')
np.savez_compressed(path, **{name: a.astype(np.float32) for name, a in arrays.items()})
print(path, os.path.getsize(path) // 1024, 'kB; the mean alone misses by', {n: round(float(arrays[n].var()), 4) for n in ('total', 'gap')})
