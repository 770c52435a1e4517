"""Runs what `nnc compile --target ptx` writes, with nothing but the driver and NumPy: kernels.py FOLDER [FUNCTION] [N=64 T=32 …]

As a program, it times a function on made-up data. As a module: `Model(folder).function('forward', {'N': 64})` is a `Call`, whose
arguments are written and read by name, and which runs launch by launch or as a recorded graph. docs/gpu.md describes the manifest.
"""
import ctypes, glob, json, math, os, statistics, struct, sys, time
import numpy as np

TYPES = {'f32': np.float32, 'i32': np.int32, 'u8': np.uint8}
ALIGNMENT = 256


class Failure(Exception):
    """The driver refused."""


class Driver:
    """The first device, its primary context and a stream."""

    def __init__(self):
        try:
            self.cuda = ctypes.CDLL('libcuda.so.1')
        except OSError as error:
            raise Failure("CUDA's driver is missing: %s" % error)
        device, context, stream, value = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_int()
        self('cuInit', 0)
        self('cuDeviceGet', ctypes.byref(device), 0)
        self.capability = 0
        for attribute, weight in ((75, 10), (76, 1)):
            self('cuDeviceGetAttribute', ctypes.byref(value), attribute, device)
            self.capability += weight * value.value
        self('cuDeviceGetAttribute', ctypes.byref(value), 16, device)
        self.multiprocessors = value.value
        self('cuDevicePrimaryCtxRetain', ctypes.byref(context), device)
        self('cuCtxSetCurrent', context)
        self('cuStreamCreate', ctypes.byref(stream), 1)
        self.stream = stream

    def __call__(self, name, *arguments):
        result = getattr(self.cuda, name)(*arguments)
        if result:
            text = ctypes.c_char_p()
            self.cuda.cuGetErrorName(result, ctypes.byref(text))
            raise Failure('%s: %s' % (name, (text.value or b'CUresult %d' % result).decode()))

    def allocate(self, size):
        address = ctypes.c_uint64()
        self('cuMemAlloc_v2', ctypes.byref(address), ctypes.c_size_t(max(size, 1)))
        return address.value

    def upload(self, address, array):
        array = np.ascontiguousarray(array)
        # On the kernels' own stream: it does not wait for copies on another.
        self('cuMemcpyHtoDAsync_v2', ctypes.c_uint64(address), array.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(array.nbytes), self.stream)
        self.wait()

    def download(self, address, array):
        self('cuMemcpyDtoH_v2', array.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint64(address), ctypes.c_size_t(array.nbytes))

    def wait(self): self('cuStreamSynchronize', self.stream)

    def load(self, text):
        module, log = ctypes.c_void_p(), ctypes.create_string_buffer(1 << 14)
        options = (ctypes.c_int * 2)(5, 6)
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), len(log))
        try:
            self('cuModuleLoadDataEx', ctypes.byref(module), ctypes.c_char_p(text), 2, options, values)
        except Failure as failure:
            raise Failure('%s\n%s' % (failure, log.value.decode()))
        return module


class Model:
    def __init__(self, folder, driver=None):
        self.folder, self.driver = folder, driver or Driver()
        manifests = [f for f in glob.glob(os.path.join(folder, '*.json'))]
        if len(manifests) != 1: raise Failure('`%s` holds %d manifests' % (folder, len(manifests)))
        with open(manifests[0]) as f: self.manifest = json.load(f)

    def function(self, name, sizes):
        function = next(f for f in self.manifest['functions'] if f['name'] == name)
        return Call(self, function, sizes)

    def weights(self):
        """Parameters and states by name."""
        if not self.manifest['weights']: return {}
        with open(os.path.join(self.folder, self.manifest['weights']), 'rb') as f: data = f.read()
        length = struct.unpack('<Q', data[:8])[0]
        body, found = data[8 + length:], {}
        for name, entry in json.loads(data[8:8 + length]).items():
            if name == '__metadata__': continue
            begin, end = entry['data_offsets']
            found[name] = np.frombuffer(body[begin:end], {'F32': np.float32, 'I32': np.int32, 'BOOL': np.uint8}[entry['dtype']]).reshape(entry['shape'])
        return found


class Call:
    """A function with some sizes, and memory for them."""

    def __init__(self, model, function, sizes):
        self.driver, self.function, self.sizes, self.graph = model.driver, function, dict(sizes), None
        self.has_run = False
        known = [p for p in function['modules'] if int(p[3:]) <= self.driver.capability]
        if not known: raise Failure('there are no kernels for compute capability %d' % self.driver.capability)
        with open(os.path.join(model.folder, function['modules'][max(known, key=lambda p: int(p[3:]))]), 'rb') as f: self.module = self.driver.load(f.read())
        self.kernels, self.launches = {}, 0
        self.shapes = {a['name']: tuple(self.value(s) for s in a['shape']) for a in function['arguments']}
        self.types = {a['name']: TYPES[a['type']] for a in function['arguments']}
        self.places = {n: self.driver.allocate(math.prod(s) * np.dtype(self.types[n]).itemsize) for n, s in self.shapes.items()}
        self.workspace = self.driver.allocate(self.value(function['workspace_bytes']))
        self.flags = self.driver.allocate(ALIGNMENT * function['flags'])
        self.driver.upload(self.flags, np.zeros(ALIGNMENT * function['flags'], np.uint8))
        self.constants = []
        for constant in function['constants']:
            array = np.array([float(v) for v in constant['values']], TYPES[constant['type']])
            self.constants.append(self.driver.allocate(array.nbytes))
            self.driver.upload(self.constants[-1], array)

    def value(self, formula): return int(eval(formula, {'floor_div': lambda a, b: a // b}, self.sizes))

    def write(self, name, values): self.driver.upload(self.places[name], np.broadcast_to(np.asarray(values, self.types[name]), self.shapes[name]))

    def read(self, name):
        array = np.empty(self.shapes[name], self.types[name])
        self.driver.wait()
        self.driver.download(self.places[name], array)
        return array

    def run(self):
        """Enqueues a call: launch by launch the first time, which makes the kernels ready, then as a graph."""
        if not self.has_run:
            self.items(self.function['items'])
            self.driver.wait()
            self.has_run = True
        elif self.graph is None and self.launches > 0:
            graph, executable = ctypes.c_void_p(), ctypes.c_void_p()
            self.driver('cuStreamBeginCapture_v2', self.driver.stream, 1)
            self.items(self.function['items'])
            self.driver('cuStreamEndCapture', self.driver.stream, ctypes.byref(graph))
            self.driver('cuGraphInstantiateWithFlags', ctypes.byref(executable), graph, ctypes.c_ulonglong(0))
            self.graph = executable
            self.run()
        elif self.graph is not None:
            self.driver('cuGraphLaunch', self.graph, self.driver.stream)

    def items(self, items):
        for item in items:
            if 'loop' in item: self.loop(item)
            elif all(self.holds(c) for c in item.get('when', ())):
                groups = self.groups_together(item) if 'together' in item else self.value(item['groups'])
                self.launch(item['kernel'], groups, item['threads'], item['shared_bytes'],
                            [self.buffer(b) for b in item['buffers']] + [self.flag(f) for f in item['flags']], [self.sizes[s] for s in item['sizes']],
                            'cuLaunchCooperativeKernel' if 'together' in item else 'cuLaunchKernel')

    def holds(self, condition):
        size = self.value(condition['size'])
        return size < condition['below'] if 'below' in condition else size >= condition['at_least']

    def loop(self, loop):
        first, steps, until = self.value(loop['first']), self.value(loop['steps']), loop.get('until')
        if until: self.driver('cuMemsetD8Async', ctypes.c_uint64(self.flag(until['flag'])), ctypes.c_ubyte(0), ctypes.c_size_t(1), self.driver.stream)
        for step in range(steps):
            self.sizes[loop['loop']] = first + (steps - 1 - step if loop['reversed'] else step)
            self.items(loop['body'])
            if until:
                self.items(loop['rest'])
                self.launch('until', 1, 1, 0, [self.flag(until['flag']), self.buffer(until['buffer']) + self.value(until['offset'])], [])

    def flag(self, number): return self.flags + ALIGNMENT * number

    def buffer(self, number):
        buffer = self.function['buffers'][number]
        if 'argument' in buffer: return self.places[self.function['arguments'][buffer['argument']]['name']]
        return self.constants[buffer['constant']] if 'constant' in buffer else self.workspace + self.value(buffer['workspace'])

    def kernel(self, name, shared):
        if name not in self.kernels:
            kernel = ctypes.c_void_p()
            self.driver('cuModuleGetFunction', ctypes.byref(kernel), self.module, name.encode())
            # 48 KiB is what a group may have together with arrays of its own.
            if shared > 44 * 1024: self.driver('cuFuncSetAttribute', kernel, 8, shared)
            self.kernels[name] = kernel
        return self.kernels[name]

    def groups_together(self, item):
        """All groups that have work, or the most that the device holds at once and that are a multiple of what the kernel asks for."""
        groups, work = ctypes.c_int(), max(self.value(g) for g in item['together'])
        self.driver('cuOccupancyMaxActiveBlocksPerMultiprocessor', ctypes.byref(groups), self.kernel(item['kernel'], item['shared_bytes']),
                    item['threads'], ctypes.c_size_t(item['shared_bytes']))
        if groups.value == 0: raise Failure('a multiprocessor has no room for a group of %s' % item['what'])
        most, multiple = groups.value * self.driver.multiprocessors, math.lcm(*(max(self.value(m), 1) for m in item['multiples']))
        return work if work <= most else most // multiple * multiple or most

    def launch(self, name, groups, threads, shared, pointers, sizes, function='cuLaunchKernel'):
        if groups == 0: return
        values = [ctypes.c_uint64(p) for p in pointers] + [ctypes.c_int32(s) for s in sizes]
        arguments = (ctypes.c_void_p * max(len(values), 1))(*[ctypes.addressof(v) for v in values])
        rest = [None] if function == 'cuLaunchKernel' else []
        self.driver(function, self.kernel(name, shared), groups, 1, 1, threads, 1, 1, shared, self.driver.stream, arguments, *rest)
        self.launches += 1

    def free(self):
        """Gives back what it took."""
        self.driver.wait()
        if self.graph: self.driver('cuGraphExecDestroy', self.graph)
        for place in [*self.places.values(), self.workspace, self.flags, *self.constants]: self.driver('cuMemFree_v2', ctypes.c_uint64(place))
        self.driver('cuModuleUnload', self.module)

    def fill(self, weights, seed=0):
        """Every input: weights, what optimizers start from, and made-up data: reals on [-1, 1), integers among all that the function takes."""
        random = np.random.default_rng(seed)
        for argument in self.function['arguments']:
            name, role, shape = argument['name'], argument['role'], self.shapes[argument['name']]
            if argument['direction'] == 'out': continue
            if role in ('parameter', 'state'): self.write(name, weights[name])
            elif role == 'optimizer': self.write(name, argument['start'])
            elif role in ('step', 'rate_factor'): self.write(name, 1)
            elif role == 'seed': self.write(name, 0)
            elif argument['type'] == 'f32': self.write(name, random.uniform(-1, 1, shape))
            else: self.write(name, random.integers(*self.range(argument), shape))

    def range(self, argument):
        """The least integer that an argument may hold, and the first that is too large; 0 and 1 where any may be."""
        ranges = argument.get('range', [])
        return max([r['least'] for r in ranges], default=0), min([self.value(r['below']) for r in ranges], default=2)

    def measure(self, seconds, group_ms=2):
        """Least and median milliseconds of calls in groups of at least 2 ms, between which the host waits."""
        for _ in range(5): self.run()
        self.driver.wait()
        start, calls = time.perf_counter(), 20
        for _ in range(calls): self.run()
        self.driver.wait()
        group, times, begin = max(1, int(group_ms / 1e3 * calls / (time.perf_counter() - start))), [], time.perf_counter()
        while len(times) < 5 or time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            for _ in range(group): self.run()
            self.driver.wait()
            times.append(1e3 * (time.perf_counter() - start) / group)
        median = statistics.median(times)
        return {'min_ms': min(times), 'median_ms': median, 'calls': group * len(times), 'gflops': self.value(self.function['flops']) / median / 1e6}


def main():
    if len(sys.argv) < 2: sys.exit(__doc__)
    model, sizes = Model(sys.argv[1]), dict((k, int(v)) for k, v in (a.split('=') for a in sys.argv[3:]))
    call = model.function(sys.argv[2] if len(sys.argv) > 2 else 'forward', sizes)
    call.fill(model.weights())
    print(json.dumps(call.measure(float(os.environ.get('SECONDS', '1')))))


if __name__ == '__main__':
    try: main()
    except Failure as failure: sys.exit(str(failure))
