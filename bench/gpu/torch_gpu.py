"""One workload in PyTorch on a GPU: torch_gpu.py NAME train|forward BATCH STEPS PRECISION SECONDS FORMS. Prints a JSON object.

PRECISION is f32, with allow_tf32 off everywhere, or tf32, with it on. FORMS are some of eager, compile (inductor) and
reduce-overhead (inductor with CUDA graphs), separated by commas. Everything lies on the device; calls are timed in groups of 2 ms, after each
of which the host waits. TORCH_DEVICE=cpu tries the program where there is no GPU.
"""
import json, os, statistics, sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'peers'))
import torch
import torch_workloads as w

DEVICE = os.environ.get('TORCH_DEVICE', 'cuda')


def wait():
    if DEVICE == 'cuda': torch.cuda.synchronize()


def measure(call, seconds):
    for _ in range(10): call()
    wait()
    start, calls = time.perf_counter(), 10
    for _ in range(calls): call()
    wait()
    group, times, begin = max(1, int(2e-3 * calls / (time.perf_counter() - start))), [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        for _ in range(group): call()
        wait()
        times.append(1e3 * (time.perf_counter() - start) / group)
    return {'min_ms': min(times), 'median_ms': statistics.median(times), 'calls': group * len(times)}


def precise(precision):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == 'tf32'
    torch.backends.cudnn.benchmark = True


def optimizer_of(make, parameters):
    """The workload's optimizer in its fastest form."""
    plain = make(parameters)
    options = {k: plain.defaults[k] for k in ('lr', 'momentum', 'weight_decay', 'betas', 'eps') if k in plain.defaults}
    for fastest in ({'fused': True}, {'foreach': True}):
        try:
            return type(plain)(parameters, **options, **fastest)
        except (TypeError, RuntimeError):
            continue
    return plain


def setup(name, batch, steps, form, layout):
    torch.manual_seed(0)
    net, shape, _, make = w.ALL[name]()
    if name in w.RECURRENT: shape = (steps,) + shape[1:]
    x, y = (t.to(DEVICE) for t in w.data(name, shape, batch))
    net = net.to(DEVICE).to(memory_format=layout)
    if x.dim() == 4: x = x.contiguous(memory_format=layout)
    if form != 'eager': net = torch.compile(net, mode='default' if form == 'compile' else form)
    return net, x, y, make


def train(name, batch, steps, form, layout):
    net, x, y, make = setup(name, batch, steps, form, layout)
    parameters = list(net.parameters())
    optimizer = optimizer_of(make, parameters)
    net.train()

    def step():
        optimizer.zero_grad(set_to_none=True)
        w.loss(name, net(x), y).backward()
        if name in w.CLIP: torch.nn.utils.clip_grad_norm_(parameters, w.CLIP[name])
        optimizer.step()
    return step


def forward(name, batch, steps, form, layout):
    net, x, _, _ = setup(name, batch, steps, form, layout)
    net.eval()

    def call():
        with torch.inference_mode(): net(x)
    return call


def peak(precision):
    """FLOP/s of a large product."""
    precise(precision)
    size = 8192 if DEVICE == 'cuda' else 512
    a, b = torch.randn(size, size, device=DEVICE), torch.randn(size, size, device=DEVICE)
    return 2 * size ** 3 / (measure(lambda: a @ b, 0.5)['median_ms'] / 1e3)


def main():
    name, mode, batch, steps, precision, seconds, wanted = sys.argv[1:8]
    precise(precision)
    if name == 'peak':
        print(json.dumps({'flops': peak(precision), 'device': torch.cuda.get_device_name() if DEVICE == 'cuda' else 'cpu', 'torch': torch.__version__}))
        return
    forms, make = {}, train if mode == 'train' else forward
    layouts = {'': torch.contiguous_format}
    if len(w.ALL[name]()[1]) == 3: layouts['+channels_last'] = torch.channels_last
    for form in wanted.split(','):
        for suffix, layout in layouts.items():
            try:
                forms[form + suffix] = measure(make(name, int(batch), int(steps), form, layout), float(seconds))
            except Exception as failure:
                if form == 'eager': raise
                print('%s does not run as %s: %s' % (name, form + suffix, str(failure).split('\n')[0][:200]), file=sys.stderr)
    print(json.dumps({'forms': forms}))


main()
