using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Llvm.Jit;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// The IR of kernels as code of this machine: the threads of a group take turns between barriers, and a launch's groups run one
/// after the other. What is tested so is all but NVPTX's own translation.
/// </summary>
internal sealed unsafe class EmulatedDevice : IDisposable
{
    /// <summary>What kernels ask of a device, asked of this process.</summary>
    private const string Prelude = """
        @nnc.threads.count = global i32 0
        declare float @sqrtf(float)
        declare float @floorf(float)
        declare float @sinf(float)
        declare float @cosf(float)
        define internal float @nnc.sqrt(float %x) { %r = call float @sqrtf(float %x) ret float %r }
        define internal float @nnc.floor(float %x) { %r = call float @floorf(float %x) ret float %r }
        define internal float @nnc.sin(float %x) { %n = call float @nnc.near_zero(float %x) %r = call float @sinf(float %n) ret float %r }
        define internal float @nnc.cos(float %x) { %n = call float @nnc.near_zero(float %x) %r = call float @cosf(float %n) ret float %r }
        define internal i32 @nnc.threads() { %r = load i32, ptr @nnc.threads.count ret i32 %r }

        """;

    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint, void> _resume;
    private readonly delegate* unmanaged<nint, void> _destroy;
    private readonly int* _places;
    private readonly nint _round;

    public EmulatedDevice(PtxModule kernels)
    {
        var ir = PtxModule.Functions + Prelude + EmulatedThread.Prelude + EmulatedWarp.Prelude + EmulatedThread.Rewrite(kernels.Ir) + string.Concat(kernels.Kernels.DistinctBy(k => k.Name).Select(Launcher));
        var target = CpuTarget.For(CpuLevel.X86V3) with { Cpu = "x86-64" };
        _module = NativeModule.Load([ir], target with { Pipeline = $"coro-early,always-inline,function(sroa,early-cse),cgscc(coro-split),coro-cleanup,{target.Pipeline}" });
        _resume = (delegate* unmanaged<nint, void>)_module.Find("nnc.resume");
        _destroy = (delegate* unmanaged<nint, void>)_module.Find("nnc.destroy");
        _places = (int*)_module.Find("nnc.places");
        _round = _module.Find("nnc.round");
    }

    public void Dispose() => _module.Dispose();

    /// <summary>Runs a kernel's groups; returns when all are done.</summary>
    public void Launch(PtxKernel kernel, nint[] pointers, int[] sizes, long groups)
    {
        var start = (delegate* unmanaged<int, int, nint*, int*, nint>)_module.Find($"{kernel.Name}.launch");
        *(int*)_module.Find("nnc.threads.count") = kernel.Threads;
        var threads = new nint[kernel.Threads];
        fixed (nint* first = pointers)
        fixed (int* firstSize = sizes)
        {
            for (var group = 0; group < groups; group++)
            {
                EmulatedWarp.Begin(_module.Find("nnc_shared"), _round, _module.Find("nnc.lanes"), _module.Find("nnc.rows"));
                for (var thread = 0; thread < threads.Length; thread++)
                {
                    threads[thread] = start(thread, group, first, firstSize);
                }

                Finish(kernel, threads);
            }
        }
    }

    /// <summary>Lets threads go on from barrier to barrier, now from the first and now from the last, until all are done.</summary>
    private void Finish(PtxKernel kernel, nint[] threads)
    {
        for (var round = 0; ; round++)
        {
            var place = _places[0];
            for (var thread = 1; thread < threads.Length; thread++)
            {
                Assert.True(_places[thread] == place, $"{kernel.Name}: thread {thread} is not at the barrier where thread 0 waits.");
            }

            if (place == 0)
            {
                break;
            }

            *(int*)_round = round + 1;
            for (var k = 0; k < threads.Length; k++)
            {
                _resume(threads[round % 2 == 0 ? threads.Length - 1 - k : k]);
            }
        }

        foreach (var thread in threads)
        {
            _destroy(thread);
        }
    }

    /// <summary>A kernel's arguments from two arrays, since how many there are differs.</summary>
    private static string Launcher(PtxKernel kernel)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"define ptr @{kernel.Name}.launch(i32 %thread, i32 %group, ptr %pointers, ptr %sizes) {{\n");
        var arguments = new List<string> { "i32 %thread", "i32 %group" };
        Load(kernel.Buffers.Length, "ptr", "pointers", "p");
        Load(kernel.Sizes.Length, "i32", "sizes", "n");
        return text.Append(CultureInfo.InvariantCulture, $"  %r = call ptr @{kernel.Name}({string.Join(", ", arguments)})\n  ret ptr %r\n}}\n").ToString();

        void Load(int count, string type, string array, string prefix)
        {
            for (var k = 0; k < count; k++)
            {
                text.Append(CultureInfo.InvariantCulture, $"  %{prefix}{k}.at = getelementptr {type}, ptr %{array}, i32 {k}\n  %{prefix}{k} = load {type}, ptr %{prefix}{k}.at\n");
                arguments.Add(string.Create(CultureInfo.InvariantCulture, $"{type} %{prefix}{k}"));
            }
        }
    }
}
