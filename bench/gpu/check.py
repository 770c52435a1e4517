#!/usr/bin/env python3
"""Holds kernels against the reference on this machine's GPU, with nothing but the driver and NumPy: check.py FOLDER [TOLERANCE]

The folder comes from a machine with .NET:
  NNC_CUDA_CASES=FOLDER dotnet test tests/Nnc.Backends.Gpu.Tests --filter CudaCasesTests
where NNC_CUDA_PRECISION=tf32 or bf16 makes kernels whose products are rounded so, and which take a larger tolerance.

Every function of every example runs launch by launch and as a graph; both must give the same bits, and the reference's values to the
tolerance (1e-4 of a tensor's largest value). Exit code 1 where one does not.
"""
import glob, os, sys
sys.dont_write_bytecode = True
import numpy as np
import kernels

# What rounding leaves of a sum of zero has no digits: differences below this much of the tolerance are none.
LEAST_SCALE = 0.02


def difference(expected, actual):
    """The largest, relative to the tensor's largest value; infinite where one side alone is no number."""
    if expected.size == 0: return 0.0
    expected, actual = expected.astype(np.float64), actual.astype(np.float64)
    with np.errstate(invalid='ignore'): apart = np.where(expected == actual, 0, np.abs(expected - actual))
    apart[np.isnan(expected) & np.isnan(actual)] = 0
    scale = max(np.abs(expected[np.isfinite(expected)]).max(initial=0), LEAST_SCALE)
    return float(np.nan_to_num(apart, nan=np.inf).max() / scale)


def check(driver, path, tolerance):
    folder, name = os.path.split(path)
    arrays = np.load(path)
    part = lambda kind: {k[len(kind):]: arrays[k] for k in arrays.files if k.startswith(kind)}
    call = kernels.Model(folder, driver).function(name[:-len('.npz')], {k: int(v) for k, v in part('size/').items()})
    runs = []
    for _ in range(2):
        for k, v in part('in/').items(): call.write(k, v)
        call.run()
        runs.append({k: call.read(k) for k in part('out/')})
    same = all(np.array_equal(runs[0][k], runs[1][k], equal_nan=runs[0][k].dtype == np.float32) for k in runs[0])
    worst, at = max(((difference(v, runs[1][k]), k) for k, v in part('out/').items()), default=(0.0, '-'))
    good = same and worst <= tolerance
    print('%-4s %-40s %5d launches  %.1e at %s%s' % ('ok' if good else 'BAD', os.path.relpath(path, os.path.dirname(folder))[:-4], call.launches // 2, worst, at, '' if same else ', the graph differs'), flush=True)
    call.free()
    return good


def main():
    if len(sys.argv) < 2: sys.exit(__doc__)
    paths = sorted(glob.glob(os.path.join(sys.argv[1], '*', '*.npz')))
    if not paths: sys.exit('`%s` holds no cases' % sys.argv[1])
    driver, bad = kernels.Driver(), 0
    for path in paths: bad += not check(driver, path, float(sys.argv[2]) if len(sys.argv) > 2 else 1e-4)
    print('%d of %d functions are the reference\'s' % (len(paths) - bad, len(paths)))
    sys.exit(1 if bad else 0)


if __name__ == '__main__':
    try: main()
    except kernels.Failure as failure: sys.exit(str(failure))
