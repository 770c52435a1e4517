#!/usr/bin/env python3
"""Writes reversals.npz: 3 000 sequences of 2 to 6 letters, numbered 1 to 8, and the same backwards with the end symbol 0 behind them.

`source` is [N, 6] and `wanted` [N, 7], both filled up with zeros; `length` is the number of letters.
"""
import os

import numpy as np

generator = np.random.default_rng(28)
samples, longest, letters = 3000, 6, 8
length = generator.integers(2, longest + 1, samples)
source = np.zeros((samples, longest), np.int32)
wanted = np.zeros((samples, longest + 1), np.int32)
for row, count in enumerate(length):
    source[row, :count] = generator.integers(1, letters + 1, count)
    wanted[row, :count] = source[row, :count][::-1]

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reversals.npz")
np.savez_compressed(path, source=source, wanted=wanted, length=length.astype(np.int32))
