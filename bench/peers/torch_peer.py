"""One round of one workload in PyTorch: torch_peer.py NAME train|forward BATCH THREADS SECONDS STEPS. Prints a JSON object.

`forms` holds each form tried (the default layout, channels-last, traced and frozen) with min and median ms a call; the
comparison takes the best. The environment that compare.py sets is what makes PyTorch fast on this kind of machine.
"""
import json, statistics, sys, time
import torch
import torch_workloads as w


def measure(call, seconds):
    for _ in range(3): call()
    times, end = [], time.perf_counter() + seconds
    while True:
        a = time.perf_counter(); call(); b = time.perf_counter()
        times.append((b - a) * 1e3)
        if b > end and len(times) >= 7: return {'min_ms': min(times), 'median_ms': statistics.median(times), 'calls': len(times)}


def train(name, batch, layout, script=False):
    torch.manual_seed(0)
    net, shape, n, optimizer = w.ALL[name]()
    if script: net = torch.jit.script(net)
    x, y = w.data(name, shape, batch or n)
    net = net.to(memory_format=layout)
    if x.dim() == 4: x = x.contiguous(memory_format=layout)
    opt = optimizer(net.parameters()); net.train()
    def step():
        opt.zero_grad(set_to_none=True)
        loss = w.loss(name, net(x), y); loss.backward()
        if name in w.CLIP: torch.nn.utils.clip_grad_norm_(net.parameters(), w.CLIP[name])
        opt.step()
    return step


def main():
    name, mode, batch, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    torch.set_num_threads(threads)
    forms, conv = {}, len(w.ALL[name]()[1]) == 3
    if mode == 'train':
        forms['default'] = measure(train(name, batch, torch.contiguous_format), seconds)
        if name == 'peephole': forms['scripted'] = measure(train(name, batch, torch.contiguous_format, True), seconds)
        if conv: forms['channels_last'] = measure(train(name, batch, torch.channels_last), seconds)
    else:
        net, shape, n, _ = w.ALL[name](); net.eval()
        if name in w.RECURRENT: shape = (int(sys.argv[6]),) + shape[1:]
        x, _ = w.data(name, shape, batch or n)
        with torch.no_grad():
            forms['eager'] = measure(lambda: net(x), seconds)
            traced = torch.jit.freeze(torch.jit.trace(net, x))
            if conv: traced = torch.jit.optimize_for_inference(traced)
            forms['traced'] = measure(lambda: traced(x), seconds)
    print(json.dumps({'peer': 'pytorch ' + torch.__version__, 'forms': forms}))


main()
