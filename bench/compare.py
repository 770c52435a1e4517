#!/usr/bin/env python3
"""nnc against PyTorch and onnxruntime-node, interleaved in one run: bench/compare.py [--only mlp,lenet] [--rounds 5] [--seconds 0.5]

Set-up (Debian, as root):
  apt-get install --no-install-recommends python3-torch python3-numpy python3-onnx libopenblas0-openmp
  (cd bench/peers && npm ci --ignore-scripts)

Each case runs in rounds: nnc, then each peer, as fresh pinned processes, so that a slow spell of the machine meets all alike.
A figure is the median over rounds of a round's median (and the least of its minima); a ratio is peer / nnc of medians, so
2.0 means nnc is twice as fast. Peers are tuned: AVX-512 kernels, the OpenMP build of OpenBLAS, memory kept by malloc, the
best of their forms (channels-last, traced and frozen). Exit code 1 if a target printed below is missed.
"""
import argparse, json, os, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PEERS = os.path.join(HERE, 'peers')
OUT = os.path.join(ROOT, 'artifacts', 'bench')
BATCH = {'mlp': 128, 'xor': 4, 'lenet': 64, 'vggish': 32, 'resnet20': 32, 'charlstm': 32, 'gru': 32, 'deep': 32, 'birnn': 32, 'peephole': 32, 'lstm128': 32}
STEPS = {'charlstm': 64, 'gru': 64, 'deep': 64, 'birnn': 50, 'peephole': 64, 'lstm128': 64}
EXPORTED = ('mlp', 'xor', 'lenet', 'vggish', 'resnet20', 'charlstm', 'gru', 'deep', 'birnn', 'lstm128')

# (workload, mode, batch, threads) -> the least ratio to the better peer.
TARGETS = {
    ('mlp', 'train', 128, 1): 1.15, ('lenet', 'train', 64, 1): 2, ('xor', 'train', 4, 1): 30,
    ('vggish', 'train', 32, 1): 0.8, ('resnet20', 'train', 32, 1): 0.8,
    **{(n, 'train', 32, t): r for n in ('charlstm', 'gru', 'birnn') for t, r in ((1, 1.4), (2, 1.6))},
    ('peephole', 'train', 32, 1): 2.3,
    ('mlp', 'forward', 1, 1): 1.3, ('lenet', 'forward', 1, 1): 1.3,
    ('charlstm', 'forward', 32, 1): 1.2, ('charlstm', 'forward', 1, 1): 1.8,
}


def pinned(threads, command):
    return ['taskset', '-c', ','.join(str(i) for i in range(threads))] + command


def peer_environment(threads):
    e = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads), OPENBLAS_CORETYPE='SkylakeX',
             ATEN_CPU_CAPABILITY='avx512', LD_LIBRARY_PATH='/usr/lib/x86_64-linux-gnu/openblas-openmp',
             MALLOC_MMAP_THRESHOLD_='4294967296', MALLOC_TRIM_THRESHOLD_='8589934592', MALLOC_TOP_PAD_='268435456',
             NODE_PATH=os.path.join(PEERS, 'node_modules'), PYTHONDONTWRITEBYTECODE='1')
    e.pop('OPENBLAS_L2_SIZE', None)
    return e


def run(command, env=None):
    result = subprocess.run(command, capture_output=True, text=True, env=env)
    if result.returncode:
        sys.exit('%s\nended with %d:\n%s' % (' '.join(command), result.returncode, result.stderr[-2000:]))
    return json.loads(result.stdout)


def steps(name, mode, batch):
    """One sequence alone is one step of it: what a program does that generates."""
    return 1 if mode == 'forward' and batch == 1 else STEPS.get(name, 0)


def nnc_round(name, mode, batch, threads, seconds, extra=()):
    return run(pinned(threads, [os.path.join(ROOT, 'nnc'), 'bench', os.path.join(HERE, 'workloads', name + '.nnet'), '--mode', mode,
                                '--threads', str(threads), '--seconds', str(seconds), '--format', 'json']
                      + (['--dim', 'N=%d' % batch] if batch else []) + (['--dim', 'T=%d' % steps(name, mode, batch)] if name in STEPS else []) + list(extra)))


def torch_round(name, mode, batch, threads, seconds):
    r = run(pinned(threads, ['/usr/bin/python3', os.path.join(PEERS, 'torch_peer.py'), name, mode, str(batch), str(threads), str(seconds), str(steps(name, mode, batch))]),
            peer_environment(threads))
    return min(r['forms'].values(), key=lambda f: f['median_ms'])


def ort_round(name, mode, batch, threads, seconds):
    model = os.path.join(OUT, 'onnx', '%s.%d.%d' % (name, batch, steps(name, mode, batch)))
    r = run(pinned(threads, ['node', os.path.join(PEERS, 'ort_peer.js'), model, str(threads), str(seconds)]), peer_environment(threads))
    return r['forms']['session']


def compare(name, mode, batch, threads, options):
    sides = {'nnc': nnc_round, 'pytorch': torch_round}
    if mode == 'forward': sides['onnxruntime'] = ort_round
    rounds = {side: [] for side in sides}
    for _ in range(options.rounds):
        for side, measure in sides.items():
            rounds[side].append(measure(name, mode, batch, threads, options.seconds))
    return {side: (min(r['min_ms'] for r in rs), statistics.median(r['median_ms'] for r in rs)) for side, rs in rounds.items()}


def compile_times(options):
    """A training step with a fixed number of steps, compiled for 10 and for 10 000: milliseconds, interleaved."""
    with open(os.path.join(HERE, 'workloads', 'peephole.nnet')) as f: text = f.read()
    os.makedirs(OUT, exist_ok=True)
    times = {10: [], 10000: []}
    for steps in times:
        with open(os.path.join(OUT, 'steps%d.nnet' % steps), 'w') as f: f.write(text.replace('real[T, N, 64]', 'real[%d, N, 64]' % steps))
    for _ in range(options.rounds):
        for steps in times:
            times[steps].append(run(pinned(1, [os.path.join(ROOT, 'nnc'), 'bench', os.path.join(OUT, 'steps%d.nnet' % steps), '--mode', 'train', '--dim', 'N=1',
                                               '--threads', '1', '--seconds', '0.01', '--format', 'json']))['compile_ms'])
    few, many = (statistics.median(t) for t in times.values())
    met = many <= 1.05 * few
    print('peephole  is compiled in %.0f ms for 10 steps and in %.0f ms for 10 000 (<= 1.05 %s)' % (few, many, 'met' if met else 'MISSED'), flush=True)
    return 0 if met else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--only', default=','.join(BATCH)); p.add_argument('--threads', default='1,2')
    p.add_argument('--modes', default='train,forward,product,compile'); p.add_argument('--rounds', type=int, default=5)
    p.add_argument('--seconds', type=float, default=0.5); p.add_argument('--json')
    options = p.parse_args()
    names, modes, threads = options.only.split(','), options.modes.split(','), [int(t) for t in options.threads.split(',')]
    cases = [(n, 'train', BATCH[n], t) for n in names if 'train' in modes for t in threads]
    forward = [(n, 'forward', b, t) for n in names if 'forward' in modes and n in EXPORTED for b in (BATCH[n], 1) for t in threads]
    for name, batch in sorted({(c[0], c[2]) for c in forward}):
        subprocess.run(['/usr/bin/python3', os.path.join(PEERS, 'ort_export.py'), os.path.join(OUT, 'onnx'), name, str(batch), str(steps(name, 'forward', batch))],
                       check=True, env=peer_environment(1), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cases += forward
    print('%-9s %-8s %5s %2s  %19s  %19s  %19s  %6s  %s' % ('workload', 'mode', 'batch', 't', 'nnc min/median ms', 'pytorch', 'onnxruntime', 'ratio', 'target'))
    missed, results, ours = 0, [], {}
    show = lambda f: '%9.4f/%9.4f' % f if f else '-'
    for case in cases:
        r = compare(*case, options)
        ours[case] = r['nnc'][1]
        ratio = min(f[1] for side, f in r.items() if side != 'nnc') / r['nnc'][1]
        target = TARGETS.get(case)
        note = '' if target is None else '>= %g %s' % (target, 'met' if ratio >= target else 'MISSED')
        missed += note.endswith('MISSED')
        print('%-9s %-8s %5d %2d  %19s  %19s  %19s  %6.2f  %s' % (*case, show(r['nnc']), show(r['pytorch']), show(r.get('onnxruntime')), ratio, note), flush=True)
        results.append({'case': case, 'figures': r, 'ratio': ratio, 'target': target})
    for n in names:
        one, two = ours.get((n, 'train', BATCH[n], 1)), ours.get((n, 'train', BATCH[n], 2))
        if one and two:
            target = 1.4 if n in ('mlp', 'lenet') else 1
            met = one / two >= target
            missed += not met
            print('%-9s two threads are %.2f times as fast as one (>= %g %s)' % (n, one / two, target, 'met' if met else 'MISSED'))
    if 'product' in modes:
        for sizes, target in (('512x512x512', 0.8), ('32x320x1024', 0.7)):
            m, k, n = sizes.split('x')
            extra = ['--set', 'M=' + m, '--set', 'K=' + k, '--set', 'P=' + n]
            shares = [nnc_round('product', 'forward', 0, 1, options.seconds, extra)['share_of_peak'] for _ in range(options.rounds)]
            share = statistics.median(shares)
            missed += share < target
            print('product   %-12s %.0f %% of the peak measured in the same run (>= %.0f %% %s)' % (sizes, share * 100, target * 100, 'met' if share >= target else 'MISSED'))
    if 'compile' in modes: missed += compile_times(options)
    plain, peephole = (ours.get((n, 'train', 32, 1)) for n in ('lstm128', 'peephole'))
    if plain and peephole:
        missed += peephole > 1.15 * plain
        print('peephole  costs %.2f times the plain LSTM of its size (<= 1.15 %s)' % (peephole / plain, 'met' if peephole <= 1.15 * plain else 'MISSED'))
    if options.json:
        with open(options.json, 'w') as f: json.dump(results, f, indent=1)
    print('%d targets missed' % missed)
    sys.exit(1 if missed else 0)


main()
