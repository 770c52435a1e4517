using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Tests.Ptx;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>
/// A driver whose device is this machine: modules are IR instead of PTX. It is as unforgiving as the real one: what is enqueued
/// runs no sooner than something waits for it, memory holds NaN until it is written, and what the reference forbids is an error.
/// </summary>
internal sealed partial class StandInDriver : ICudaDriver, IDisposable
{
    private const nint Context = 0x1001;
    private const nint Stream = 0x2001;
    private const int SharedBytesOfAll = 48 * 1024;
    private const int Multiprocessors = 4;

    private readonly Queue<Action> _enqueued = new();
    private readonly Dictionary<nint, EmulatedDevice> _modules = [];
    private readonly Dictionary<nint, (EmulatedDevice Device, StandInKernel Kernel)> _functions = [];
    private readonly Dictionary<nint, int> _allowed = [];
    private readonly Dictionary<nint, List<Action>> _graphs = [];
    private readonly HashSet<nint> _events = [];
    private readonly Dictionary<nint, long> _marks = [];
    private List<Action>? _recorded;
    private nint _next = 0x10000;
    private int _thread;
    private long _count;
    private long _done;

    public int Version { get; init; } = 11080;

    public int Devices { get; init; } = 1;

    public (int Major, int Minor) Capability { get; init; } = (9, 0);

    /// <summary>What initialisation says.</summary>
    public CudaResult Start { get; init; }

    /// <summary>What everything says, once something went wrong.</summary>
    public CudaResult Fault { get; set; }

    /// <summary>The number of the piece of work, from 1, that fails with an illegal address.</summary>
    public long FailsAt { get; set; } = long.MaxValue;

    /// <summary>Groups that the device holds, whatever they take of it: a multiple of 4.</summary>
    public int GroupsAtOnce { get; init; } = 8;

    /// <summary>Kernels that were launched by themselves.</summary>
    public int Launches { get; private set; }

    /// <summary>Graphs that were launched.</summary>
    public int GraphLaunches { get; private set; }

    /// <summary>Graphs that exist.</summary>
    public int Graphs => _graphs.Count;

    /// <summary>Modules that are loaded.</summary>
    public int Modules => _modules.Count;

    /// <summary>Times that something waited for the device.</summary>
    public int Waits { get; private set; }

    public CudaResult Initialize() => Start;

    public CudaResult GetVersion(out int version)
    {
        version = Version;
        return CudaResult.Success;
    }

    public (string Name, string Text) Explain(CudaResult result) => ($"CUDA_ERROR_{result.ToString().ToUpperInvariant()}", "as the stand-in says");

    public CudaResult GetDeviceCount(out int count)
    {
        count = Devices;
        return CudaResult.Success;
    }

    public CudaResult GetDevice(out int device, int ordinal)
    {
        device = ordinal;
        return ordinal < Devices ? CudaResult.Success : CudaResult.InvalidDevice;
    }

    public CudaResult GetName(out string name, int device)
    {
        name = "Stand-in";
        return CudaResult.Success;
    }

    public CudaResult GetAttribute(out int value, CudaAttribute attribute, int device)
    {
        value = attribute switch
        {
            CudaAttribute.CapabilityMajor => Capability.Major,
            CudaAttribute.CapabilityMinor => Capability.Minor,
            CudaAttribute.Multiprocessors => Multiprocessors,
            CudaAttribute.SharedBytesOnRequest => EmulatedWarp.SharedBytes,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return CudaResult.Success;
    }

    public CudaResult RetainContext(out nint context, int device)
    {
        context = Context;
        return CudaResult.Success;
    }

    public CudaResult ReleaseContext(int device) => CudaResult.Success;

    public CudaResult SetCurrent(nint context)
    {
        _thread = Environment.CurrentManagedThreadId;
        return context == Context ? Fault : CudaResult.InvalidValue;
    }

    public CudaResult LoadModule(out nint module, string image, out string log)
    {
        Require(_recorded is null);
        (module, log) = (_next++, "");
        var kernels = StandInKernel.Parse(image);
        if (kernels.Length == 0 && image.Contains("refuse", StringComparison.Ordinal))
        {
            log = "line 1: refused";
            return CudaResult.InvalidPtx;
        }

        var device = new EmulatedDevice(new PtxModule([.. kernels.Select(k => k.Kernel)], image));
        _modules.Add(module, device);
        foreach (var kernel in kernels)
        {
            _functions.Add(_next++, (device, kernel));
        }

        return CudaResult.Success;
    }

    public CudaResult UnloadModule(nint module)
    {
        Run();
        foreach (var function in _functions.Where(f => f.Value.Device == _modules[module]).Select(f => f.Key).ToArray())
        {
            _functions.Remove(function);
        }

        _modules[module].Dispose();
        _modules.Remove(module);
        return CudaResult.Success;
    }

    public CudaResult GetFunction(out nint function, nint module, string name)
    {
        function = _functions.FirstOrDefault(f => f.Value.Device == _modules[module] && f.Value.Kernel.Kernel.Name == name).Key;
        return function == 0 ? CudaResult.NotFound : CudaResult.Success;
    }

    public CudaResult AllowShared(nint function, int bytes)
    {
        if (bytes > EmulatedWarp.SharedBytes - _functions[function].Kernel.OwnBytes)
        {
            return CudaResult.InvalidValue;
        }

        _allowed[function] = bytes;
        return CudaResult.Success;
    }

    public CudaResult GetGroupsAtOnce(out int groups, nint function, int threads, int sharedBytes)
    {
        groups = _functions.ContainsKey(function) && sharedBytes <= Allowed(function) ? GroupsAtOnce / Multiprocessors : 0;
        return CudaResult.Success;
    }

    public unsafe CudaResult LaunchTogether(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream) => groups > GroupsAtOnce
        ? CudaResult.CooperativeLaunchTooLarge
        : Launch(function, groups, threads, sharedBytes, arguments, stream, (device, kernel, pointers, sizes) =>
            device.LaunchTogether(kernel, pointers, sizes, groups, (int*)pointers[_functions[function].Kernel.Barrier!.Value]));

    public CudaResult Launch(nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream) =>
        Launch(function, groups, threads, sharedBytes, arguments, stream, (device, kernel, pointers, sizes) => device.Launch(kernel, pointers, sizes, groups));

    public CudaResult CreateStream(out nint stream)
    {
        stream = Stream;
        return CudaResult.Success;
    }

    public CudaResult DestroyStream(nint stream)
    {
        Run();
        return CudaResult.Success;
    }

    public CudaResult Synchronize(nint stream)
    {
        Require(_recorded is null);
        Waits++;
        Run();
        return Fault;
    }

    public CudaResult CreateEvent(out nint handle)
    {
        _events.Add(handle = _next++);
        return Fault;
    }

    public CudaResult CreateTimedEvent(out nint handle) => CreateEvent(out handle);

    /// <summary>A microsecond a piece of work.</summary>
    public CudaResult Elapsed(out float milliseconds, nint from, nint to)
    {
        Require(_marks[from] <= _done && _marks[to] <= _done);
        milliseconds = 1e-3f * (_marks[to] - _marks[from]);
        return Fault;
    }

    public CudaResult DestroyEvent(nint handle) => _events.Remove(handle) ? CudaResult.Success : CudaResult.InvalidValue;

    public CudaResult Record(nint handle, nint stream)
    {
        Require(_recorded is null && _events.Contains(handle));
        _marks[handle] = _count;
        return Fault;
    }

    public CudaResult Wait(nint handle)
    {
        Waits++;
        while (_done < _marks.GetValueOrDefault(handle))
        {
            Step();
        }

        return Fault;
    }

    public CudaResult BeginCapture(nint stream)
    {
        Require(_recorded is null);
        _recorded = [];
        return CudaResult.Success;
    }

    public CudaResult EndCapture(nint stream, out nint graph)
    {
        _graphs.Add(graph = _next++, _recorded!);
        _recorded = null;
        return CudaResult.Success;
    }

    public CudaResult Instantiate(out nint executable, nint graph)
    {
        _graphs.Add(executable = _next++, [.. _graphs[graph]]);
        return CudaResult.Success;
    }

    public CudaResult DestroyGraph(nint graph) => _graphs.Remove(graph) ? CudaResult.Success : CudaResult.InvalidValue;

    public CudaResult LaunchGraph(nint executable, nint stream)
    {
        GraphLaunches++;
        foreach (var action in _graphs[executable])
        {
            Enqueue(action);
        }

        return Fault;
    }

    public CudaResult DestroyExecutable(nint executable) => DestroyGraph(executable);

    /// <summary>Ends everything; fails where memory was left or written beyond its end.</summary>
    public void Dispose()
    {
        Run();
        foreach (var module in _modules.Values)
        {
            module.Dispose();
        }

        FreeAll();
    }

    private unsafe CudaResult Launch(
        nint function, int groups, int threads, int sharedBytes, nint arguments, nint stream, Action<EmulatedDevice, PtxKernel, nint[], int[]> run)
    {
        Require(stream == Stream);
        if (groups <= 0 || threads is <= 0 or > 1024 || sharedBytes > Allowed(function))
        {
            return CudaResult.InvalidValue;
        }

        var (device, kernel) = _functions[function];
        var (pointers, sizes) = kernel.Read((nint*)arguments);
        Launches += _recorded is null ? 1 : 0;
        Enqueue(() =>
        {
            Require(pointers.All(IsInMemory));
            run(device, kernel.Kernel with { Threads = threads, SharedBytes = sharedBytes }, pointers, sizes);
            CheckEdges();
        });
        return Fault;
    }

    private int Allowed(nint function) => Math.Max(SharedBytesOfAll - _functions[function].Kernel.OwnBytes, _allowed.GetValueOrDefault(function));

    private void Enqueue(Action action)
    {
        Require(_thread == Environment.CurrentManagedThreadId);
        if (_recorded is not null)
        {
            _recorded.Add(action);
            return;
        }

        _enqueued.Enqueue(action);
        _count++;
    }

    private void Run()
    {
        while (_enqueued.Count > 0)
        {
            Step();
        }
    }

    private void Step()
    {
        var next = _enqueued.Dequeue();
        if (++_done == FailsAt)
        {
            Fault = CudaResult.IllegalAddress;
        }

        // Nothing runs after what failed.
        if (Fault == CudaResult.Success)
        {
            next();
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("The driver is used as its reference forbids.");
        }
    }
}
