#!/usr/bin/env python3
"""nnc against PyTorch on one NVIDIA GPU, in one run: bench/gpu/run.sh [--only mlp,lenet] [--modes train,forward] [--scales 1,16]
[--precisions f32,tf32] [--forms eager,compile,reduce-overhead] [--rounds 2] [--seconds 0.5] [--kernels FOLDER] [--json FILE]

Takes a GPU with compute capability 8.0 or newer and its driver, a python3 with PyTorch for CUDA, and what nnc takes (.NET, LLVM 19).
Where nnc cannot run, --kernels FOLDER times kernels that were written elsewhere with --prepare FOLDER; that needs NumPy.

Each case runs in rounds, nnc before and after PyTorch, in fresh processes. A figure is the median over rounds of a round's median; a
ratio is PyTorch's over nnc's, so 2.0 means nnc is twice as fast. Equal precision: f32 is exact on both sides (allow_tf32 off), tf32
is tf32 on both. The share is of the largest product of the same precision that PyTorch runs, measured in the same run. Exit code 1
where a target is missed, 2 where something that it takes is missing.
"""
import argparse, json, os, statistics, subprocess, sys
sys.dont_write_bytecode = True

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORKLOADS = os.path.join(ROOT, 'bench', 'workloads')
BATCH = {'mlp': 128, 'lenet': 64, 'vggish': 32, 'resnet20': 32, 'charlstm': 32, 'peephole': 32, 'attention': 32}
STEPS = {'charlstm': 64, 'peephole': 64, 'attention': 64}
LONGEST = 900


def target(name, scale):
    """The least ratio to eager: small batches twice, the written-out cell ten times, everything else 0.7."""
    return 10 if name == 'peephole' else 2 if scale == 1 else 0.7


def run(command, env=None):
    """A program's JSON, or what it said instead."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, env=env, timeout=LONGEST)
    except (OSError, subprocess.TimeoutExpired) as failure:
        return None, str(failure)
    sys.stderr.write(''.join(line + '\n' for line in result.stderr.splitlines() if ' does not run as ' in line))
    if result.returncode: return None, result.stderr.strip()[-2000:] or 'exit code %d' % result.returncode
    return json.loads(result.stdout[result.stdout.index('{'):]), None


def sizes(name, scale): return {'N': BATCH[name] * scale, **({'T': STEPS[name]} if name in STEPS else {})}


def nnc(name, mode, scale, precision, options):
    if options.kernels:
        folder = os.path.join(options.kernels, '%s.%s' % (name, precision))
        function = 'train_step' if mode == 'train' else 'forward'
        return run([sys.executable, os.path.join(HERE, 'kernels.py'), folder, function] + ['%s=%d' % s for s in sizes(name, scale).items()],
                   dict(os.environ, SECONDS=str(options.seconds)))
    dims = [a for s in sizes(name, scale).items() for a in ('--dim', '%s=%d' % s)]
    return run([os.path.join(ROOT, 'nnc'), 'bench', os.path.join(WORKLOADS, name + '.nnet'), '--mode', mode, '--seconds', str(options.seconds), '--format', 'json'] + dims
               + (['--device', 'cuda', '--precision', precision] if options.device == 'cuda' else []))


def pytorch(name, mode, scale, precision, options):
    """Each form in a process of its own: one that takes too long costs no other one its figures."""
    forms, said = {}, None
    for form in options.forms.split(','):
        found, why = run([sys.executable, os.path.join(HERE, 'torch_gpu.py'), name, mode, str(BATCH.get(name, 1) * scale), str(STEPS.get(name, 0)), precision,
                          str(options.seconds), form], dict(os.environ, TORCH_DEVICE=options.device))
        forms.update((found or {}).get('forms', {}))
        said = why and 'PyTorch, %s: %s' % (form, why) or said
    return {'forms': forms}, said


def preflight(options):
    """What is missing, a sentence each."""
    missing = []
    found, said = run([sys.executable, '-c', "import json, torch; print(json.dumps({'cuda': torch.cuda.is_available(), 'version': torch.__version__}))"])
    if found is None: missing.append('PyTorch: `%s` cannot import it (%s)' % (sys.executable, said.splitlines()[-1]))
    elif not found['cuda'] and options.device == 'cuda': missing.append('a GPU for PyTorch %s: torch.cuda.is_available() is false' % found['version'])
    found, said = nnc('mlp', 'forward', 1, 'f32', argparse.Namespace(**{**vars(options), 'seconds': 0.01}))
    if found is None: missing.append("nnc's side: %s" % said)
    return missing


def prepare(folder, names, precisions):
    """Writes every case's kernels for a machine without .NET."""
    for name in names:
        for precision in precisions:
            subprocess.run([os.path.join(ROOT, 'nnc'), 'compile', os.path.join(WORKLOADS, name + '.nnet'), '--target', 'ptx', '--precision', precision,
                            '-o', os.path.join(folder, '%s.%s' % (name, precision))], check=True, stdout=subprocess.DEVNULL)


def compare(case, options):
    """Median milliseconds of each side and form, or the sentence that stands for them."""
    figures, said = {}, None
    for _ in range(options.rounds):
        for side in (nnc, pytorch, nnc):
            found, why = side(*case, options)
            said = why or said
            for form, timing in (found or {}).get('forms', {'nnc': found} if found else {}).items(): figures.setdefault(form, []).append(timing)
    return {form: statistics.median(t['median_ms'] for t in timings) for form, timings in figures.items()}, {
        'gflops': statistics.median([t.get('gflops', 0) for t in figures.get('nnc', [])] or [0])}, said


def best(times, form): return min((t for f, t in times.items() if f.split('+')[0] == form), default=None)


def report(case, times, facts, peak, options):
    """Prints a line; true where a target is missed."""
    name, _, scale, precision = case
    eager, compiled = best(times, 'eager'), min((t for f in ('compile', 'reduce-overhead') for t in [best(times, f)] if t), default=None)
    ratio = lambda other: '%6.2f' % (other / times['nnc']) if other else '     -'
    show = lambda time: '%9.4f' % time if time else '        -'
    least = target(name, scale)
    met = eager is not None and eager / times['nnc'] >= least
    share = '%5.1f %%' % (100 * facts['gflops'] * 1e9 / peak) if facts['gflops'] and peak else '      -'
    print('%-9s %-8s %5d %-4s  %s %s %s  %s %s  %s  >= %g %s' % (
        name, case[1], BATCH[name] * scale, precision, show(times['nnc']), show(eager), show(compiled), ratio(eager), ratio(compiled), share, least, 'met' if met else 'MISSED'), flush=True)
    return not met


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--only', default=','.join(BATCH)); p.add_argument('--modes', default='train,forward'); p.add_argument('--scales', default='1,16')
    p.add_argument('--precisions', default='f32,tf32'); p.add_argument('--forms', default='eager,compile,reduce-overhead')
    p.add_argument('--rounds', type=int, default=2); p.add_argument('--seconds', type=float, default=0.5)
    p.add_argument('--kernels', help='kernels that --prepare wrote, instead of nnc itself'); p.add_argument('--prepare', help='only writes kernels into this folder')
    p.add_argument('--device', choices=('cuda', 'cpu'), default='cuda', help='cpu tries this program itself; its figures mean nothing'); p.add_argument('--json')
    options = p.parse_args()
    names, modes, precisions = options.only.split(','), options.modes.split(','), options.precisions.split(',')
    for given, known in ((names, BATCH), (modes, ('train', 'forward')), (precisions, ('f32', 'tf32')), (options.forms.split(','), ('eager', 'compile', 'reduce-overhead'))):
        if unknown := set(given) - set(known): p.error('`%s`: one of %s was expected' % (sorted(unknown)[0], ', '.join(known)))
    if options.prepare: return prepare(options.prepare, names, precisions)
    if missing := preflight(options):
        print('The comparison cannot run here. Missing:\n' + '\n'.join('- ' + m for m in missing), file=sys.stderr)
        sys.exit(2)
    peaks = {}
    for precision in precisions:
        found, why = run([sys.executable, os.path.join(HERE, 'torch_gpu.py'), 'peak', 'forward', '1', '0', precision, '0.5', 'eager'], dict(os.environ, TORCH_DEVICE=options.device))
        if found is None: sys.exit('the peak in %s cannot be measured: %s' % (precision, why))
        peaks[precision] = found['flops']
        print('%s, PyTorch %s: %.1f TFLOP/s in %s' % (found['device'], found['torch'], found['flops'] / 1e12, precision))
    print('%-9s %-8s %5s %-4s  %9s %9s %9s  %6s %6s  %7s  %s' % ('workload', 'mode', 'batch', '', 'nnc ms', 'eager', 'compiled', 'ratio', 'ratio', 'share', 'target (eager)'))
    missed, results = 0, []
    for case in [(n, m, int(s), r) for n in names for m in modes for s in options.scales.split(',') for r in precisions]:
        times, facts, why = compare(case, options)
        if 'nnc' in times:
            missed += report(case, times, facts, peaks[case[3]], options)
            if why: print('          %s' % why.splitlines()[-1], file=sys.stderr, flush=True)
        else: missed, _ = missed + 1, print('%-9s %-8s %5d %-4s  did not run: %s' % (case[0], case[1], BATCH[case[0]] * case[2], case[3], why), flush=True)
        results.append({'case': case, 'median_ms': times, **facts, 'said': why})
    if options.json:
        with open(options.json, 'w') as f: json.dump({'peaks': peaks, 'results': results}, f, indent=1)
    print('%d targets missed' % missed)
    sys.exit(1 if missed else 0)


main()
