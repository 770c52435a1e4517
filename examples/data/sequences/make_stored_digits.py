#!/usr/bin/python3
"""Writes stored_digits.npz: digits for a Hopfield network to store, and spoiled ones to recall (python3-numpy; deterministic).

patterns [3, 64]: a 0, a 2 and a 7 of 8 × 8 pixels, 1 where there is ink and −1 elsewhere: the mean picture of each in
../tables/digits8x8.csv, of which the darker half of the pixels is ink.
probe [6, 64]: each of them with 6 and with 10 pixels turned over.
one [64]: the last of those.
"""
import csv
import os

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, '..', 'tables', 'digits8x8.csv')) as file:
    rows = np.array([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
pictures, digits = rows[:, :-1], rows[:, -1]
patterns = np.full((3, 64), -1.0)
for p, digit in enumerate((0, 2, 7)):
    patterns[p, np.argsort(-pictures[digits == digit].mean(0), kind='stable')[:32]] = 1

draw = np.random.RandomState(36)
probe = np.repeat(patterns, 2, axis=0)
for row in range(6):
    probe[row, draw.permutation(64)[:6 if row % 2 == 0 else 10]] *= -1

arrays = {'patterns': patterns, 'probe': probe, 'one': probe[5]}
np.savez_compressed(os.path.join(here, 'stored_digits.npz'), **{name: a.astype(np.float32) for name, a in arrays.items()})
weights = patterns.T @ patterns / 64
np.fill_diagonal(weights, 0)
state = probe.copy()
for _ in range(10):
    state = np.where(state @ weights >= 0, 1, -1)
print('overlaps', (patterns @ patterns.T / 64).round(2).tolist(), 'wrong', [(state[r] != patterns[r // 2]).sum() for r in range(6)])
