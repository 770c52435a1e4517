using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Llvm.Jit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// The IR of kernels as code of this machine: its threads are the operating system's, which wait for each other at barriers, and a
/// launch's groups run one after the other. What is tested so is all but NVPTX's own translation.
/// </summary>
internal sealed unsafe class EmulatedDevice : IDisposable
{
    /// <summary>What kernels ask of a device, asked of this process.</summary>
    private const string Prelude = """
        declare float @sqrtf(float)
        declare float @floorf(float)
        declare float @sinf(float)
        declare float @cosf(float)
        define internal float @nnc.sqrt(float %x) { %r = call float @sqrtf(float %x) ret float %r }
        define internal float @nnc.floor(float %x) { %r = call float @floorf(float %x) ret float %r }
        define internal float @nnc.sin(float %x) { %n = call float @nnc.near_zero(float %x) %r = call float @sinf(float %n) ret float %r }
        define internal float @nnc.cos(float %x) { %n = call float @nnc.near_zero(float %x) %r = call float @cosf(float %n) ret float %r }

        """;

    [ThreadStatic]
    private static int _thread;

    private static int _group;
    private static int _threads;
    private static Barrier? _barrier;

    private readonly NativeModule _module;

    public EmulatedDevice(PtxModule kernels)
    {
        var ir = (PtxModule.Functions + Prelude + Calls() + kernels.Ir + string.Concat(kernels.Kernels.Select(Launcher)))
            .Replace("ptr addrspace(1)", "ptr").Replace(" addrspace(3)", "").Replace("ptx_kernel ", "");
        _module = NativeModule.Load([ir], CpuTarget.For(CpuLevel.X86V3) with { Cpu = "x86-64" });
    }

    public void Dispose() => _module.Dispose();

    /// <summary>Runs a kernel's groups; returns when all are done.</summary>
    public void Launch(PtxKernel kernel, nint[] pointers, int[] sizes, long groups)
    {
        var function = (delegate* unmanaged<nint*, int*, void>)_module.Find($"{kernel.Name}.launch");
        _threads = kernel.Threads;
        using var barrier = _barrier = new Barrier(kernel.Threads);
        var threads = Enumerable.Range(0, kernel.Threads).Select(t => new System.Threading.Thread(() => Run(function, t, pointers, sizes, groups), 256 * 1024)).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }
    }

    private static void Run(delegate* unmanaged<nint*, int*, void> function, int thread, nint[] pointers, int[] sizes, long groups)
    {
        _thread = thread;
        fixed (nint* first = pointers)
        fixed (int* firstSize = sizes)
        {
            for (var group = 0; group < groups; group++)
            {
                // All threads leave a group before its shared memory is another's.
                _barrier!.SignalAndWait();
                _group = group;
                _barrier.SignalAndWait();
                function(first, firstSize);
            }
        }
    }

    /// <summary>Functions of this process by their addresses.</summary>
    private static string Calls()
    {
        var text = new StringBuilder();
        Add("thread", (nint)(delegate* unmanaged<int>)&Thread);
        Add("group", (nint)(delegate* unmanaged<int>)&Group);
        Add("threads", (nint)(delegate* unmanaged<int>)&Threads);
        text.Append(CultureInfo.InvariantCulture, $"define internal void @nnc.barrier() {{ call void inttoptr (i64 {(long)(nint)(delegate* unmanaged<void>)&Wait} to ptr)() ret void }}\n");
        return text.ToString();

        void Add(string name, nint address) =>
            text.Append(CultureInfo.InvariantCulture, $"define internal i32 @nnc.{name}() {{ %r = call i32 inttoptr (i64 {(long)address} to ptr)() ret i32 %r }}\n");
    }

    /// <summary>A kernel's arguments from two arrays, since how many there are differs.</summary>
    private static string Launcher(PtxKernel kernel)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"define void @{kernel.Name}.launch(ptr %pointers, ptr %sizes) {{\n");
        var arguments = new List<string>();
        Load(kernel.Buffers.Length, "ptr", "pointers", "p");
        Load(kernel.Sizes.Length, "i32", "sizes", "n");
        return text.Append(CultureInfo.InvariantCulture, $"  call void @{kernel.Name}({string.Join(", ", arguments)})\n  ret void\n}}\n").ToString();

        void Load(int count, string type, string array, string prefix)
        {
            for (var k = 0; k < count; k++)
            {
                text.Append(CultureInfo.InvariantCulture, $"  %{prefix}{k}.at = getelementptr {type}, ptr %{array}, i32 {k}\n  %{prefix}{k} = load {type}, ptr %{prefix}{k}.at\n");
                arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{type} %{prefix}{k}"));
            }
        }
    }

    [UnmanagedCallersOnly]
    private static int Thread() => _thread;

    [UnmanagedCallersOnly]
    private static int Group() => _group;

    [UnmanagedCallersOnly]
    private static int Threads() => _threads;

    [UnmanagedCallersOnly]
    private static void Wait() => _barrier!.SignalAndWait();
}
