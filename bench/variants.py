#!/usr/bin/env python3
"""What the nine variants of the LSTM cost against the plain one: bench/variants.py [--rounds 5] [--seconds 0.5] [--mode train]

A training step of 64 steps of 32 sequences, 128 units, one thread. A variant may cost the plain LSTM times its share of extra
arithmetic in contractions, plus 10 %. In each round every variant runs right after a plain LSTM, as fresh pinned processes, and
the ratio is the median over rounds. Exit code 1 if one costs more.
"""
import argparse, json, os, statistics, subprocess, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, 'artifacts', 'bench', 'variants')
PLAIN = 'lstm(128)'
VARIANTS = {
    'no input gate (NIG)': 'lstm_variant(128, input_gate: false)',
    'no forget gate (NFG)': 'lstm_variant(128, forget_gate: false)',
    'no output gate (NOG)': 'lstm_variant(128, output_gate: false)',
    'no input activation (NIAF)': 'lstm_variant(128, input_act: false)',
    'no output activation (NOAF)': 'lstm_variant(128, output_act: false)',
    'no peepholes (NP)': 'lstm_variant(128, peepholes: false)',
    'coupled gates (CIFG)': 'lstm_variant(128, coupled: true)',
    'full gate recurrence (FGR)': 'lstm_fgr(128)',
    'full peepholes': 'lstm_peephole(128)',
}
MODEL = '''model Variant {
  input  x : real[T, N, 64]
  target y : int[N]
  h = transpose(x, axes: [1, 0, 2]) |> %s
  logits = h[:, last] |> dense(10)
  output logits
  loss = cross_entropy(logits, y)
}
train Variant {
  optimizer = adam(rate: 1e-3)
  batch = 32
}
'''


def measure(name, layer, options):
    path = os.path.join(OUT, ''.join(c if c.isalnum() else '_' for c in name) + '.nnet')
    with open(path, 'w') as f: f.write(MODEL % layer)
    command = ['taskset', '-c', '0', os.path.join(ROOT, 'nnc'), 'bench', path, '--mode', options.mode, '--threads', '1',
               '--seconds', str(options.seconds), '--dim', 'N=32', '--dim', 'T=64', '--format', 'json']
    r = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return r['median_ms'], r['gflops'] * r['median_ms']


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--rounds', type=int, default=5); p.add_argument('--seconds', type=float, default=0.5)
    p.add_argument('--mode', default='train', choices=['train', 'forward'])
    options = p.parse_args()
    os.makedirs(OUT, exist_ok=True)
    missed = 0
    print('%-28s %9s %9s %9s %9s' % ('variant', 'ms', 'plain ms', 'ratio', 'limit'))
    for name, layer in VARIANTS.items():
        rounds = []
        for _ in range(options.rounds):
            plain, variant = measure('plain', PLAIN, options), measure(name, layer, options)
            rounds.append((variant[0], plain[0], variant[0] / plain[0], variant[1] / plain[1]))
        ms, plain_ms, ratio, share = (statistics.median(r[k] for r in rounds) for k in range(4))
        limit = share * 1.1
        missed += ratio > limit
        print('%-28s %9.3f %9.3f %9.2f %9.2f %s' % (name, ms, plain_ms, ratio, limit, 'met' if ratio <= limit else 'MISSED'), flush=True)
    print('%d limits missed' % missed)
    sys.exit(1 if missed else 0)


main()
