using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Llvm.Jit;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// The IR of kernels as code of this machine: the threads of a group take turns between barriers, and a launch's groups run one
/// after the other, or take turns between barriers of the whole grid. What is tested so is all but NVPTX's own translation.
/// </summary>
internal sealed unsafe class EmulatedDevice : IDisposable
{
    /// <summary>What kernels ask of a device, asked of this process.</summary>
    public const string Prelude = """
        @nnc.groups.count = global i32 0
        declare float @sqrtf(float)
        declare float @floorf(float)
        declare float @fmaf(float, float, float)
        define internal float @nnc.sqrt(float %x) { %r = call float @sqrtf(float %x) ret float %r }
        define internal float @nnc.floor(float %x) { %r = call float @floorf(float %x) ret float %r }
        define internal float @nnc.fma(float %x, float %y, float %z) { %r = call float @fmaf(float %x, float %y, float %z) ret float %r }
        define internal i32 @nnc.groups() { %r = load i32, ptr @nnc.groups.count ret i32 %r }

        """;

    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint, void> _resume;
    private readonly delegate* unmanaged<nint, void> _destroy;
    private readonly int* _places;
    private readonly int* _groups;
    private readonly EmulatedGroup.Memory _memory;

    public EmulatedDevice(PtxModule kernels)
    {
        var ir = PtxModule.Functions + Prelude + EmulatedThread.Prelude + EmulatedWarp.Prelude + EmulatedThread.Rewrite(kernels.Ir) + string.Concat(kernels.Kernels.DistinctBy(k => k.Name).Select(Launcher));
        var target = CpuTarget.For(CpuLevel.X86V3) with { Cpu = "x86-64" };
        _module = NativeModule.Load([ir], target with { Pipeline = $"coro-early,always-inline,function(sroa,early-cse),cgscc(coro-split),coro-cleanup,{target.Pipeline}" });
        _resume = (delegate* unmanaged<nint, void>)_module.Find("nnc.resume");
        _destroy = (delegate* unmanaged<nint, void>)_module.Find("nnc.destroy");
        _places = (int*)_module.Find("nnc.places");
        _groups = (int*)_module.Find("nnc.groups.count");
        _memory = new(_module.Find("nnc_shared"), _module.Find("nnc.round"), _module.Find("nnc.lanes"), _module.Find("nnc.rows"));
    }

    public void Dispose() => _module.Dispose();

    /// <summary>Runs a kernel's groups one after the other; returns when all are done.</summary>
    public void Launch(PtxKernel kernel, nint[] pointers, int[] sizes, long groups)
    {
        *_groups = (int)groups;
        for (var group = 0; group < groups; group++)
        {
            var running = new EmulatedGroup(_memory);
            Assert.True(Start(kernel, pointers, sizes, group, running) == 0, $"{kernel.Name}: groups that need not run at once wait for each other.");
        }
    }

    /// <summary>
    /// Runs a kernel's groups from one barrier of the grid to the next, now from the first and now from the last, each with the shared
    /// memory that it left; returns when all are done.
    /// </summary>
    /// <param name="counter">Where the barrier counts: no group waits there when the kernel begins.</param>
    public void LaunchTogether(PtxKernel kernel, nint[] pointers, int[] sizes, int groups, int* counter)
    {
        *_groups = groups;
        Assert.True((*counter & int.MaxValue) == 0, $"{kernel.Name}: the counter of the barrier is {*counter}.");
        var running = Enumerable.Range(0, groups).Select(_ => new EmulatedGroup(_memory)).ToArray();
        var places = running.Select((r, group) => Start(kernel, pointers, sizes, group, r)).ToArray();
        for (var round = 0; places[0] != 0; round++)
        {
            Assert.True(places.All(p => p == places[0]), $"{kernel.Name}: not all groups come to the same barrier.");
            for (var k = 0; k < groups; k++)
            {
                var group = round % 2 == 0 ? groups - 1 - k : k;
                running[group].Enter();
                places[group] = Continue(kernel, running[group]);
            }
        }

        Assert.True(places.All(p => p == 0), $"{kernel.Name}: not all groups come to the same barrier.");
    }

    /// <summary>Begins a group; returns where it waits for others, or 0 where it has ended.</summary>
    private int Start(PtxKernel kernel, nint[] pointers, int[] sizes, int group, EmulatedGroup running)
    {
        var start = (delegate* unmanaged<int, int, nint*, int*, nint>)_module.Find($"{kernel.Name}.launch");
        running.Threads = new nint[kernel.Threads];
        fixed (nint* first = pointers)
        fixed (int* firstSize = sizes)
        {
            for (var thread = 0; thread < running.Threads.Length; thread++)
            {
                running.Threads[thread] = start(thread, group, first, firstSize);
            }
        }

        return Finish(kernel, running);
    }

    /// <summary>Goes on behind a barrier of the grid.</summary>
    private int Continue(PtxKernel kernel, EmulatedGroup running)
    {
        Resume(running);
        return Finish(kernel, running);
    }

    /// <summary>Lets threads go on from barrier to barrier until all are done, or wait for other groups.</summary>
    private int Finish(PtxKernel kernel, EmulatedGroup running)
    {
        while (true)
        {
            var place = _places[0];
            for (var thread = 1; thread < running.Threads.Length; thread++)
            {
                Assert.True(_places[thread] == place, $"{kernel.Name}: thread {thread} is not at the barrier where thread 0 waits.");
            }

            if (place >= EmulatedThread.FirstOfGrid)
            {
                running.Leave();
                return place;
            }

            if (place == 0)
            {
                foreach (var thread in running.Threads)
                {
                    _destroy(thread);
                }

                return 0;
            }

            Resume(running);
        }
    }

    /// <summary>Lets all threads go on, now from the first and now from the last.</summary>
    private void Resume(EmulatedGroup running)
    {
        var (threads, round) = (running.Threads, running.NextRound());
        for (var k = 0; k < threads.Length; k++)
        {
            _resume(threads[round % 2 == 0 ? k : threads.Length - 1 - k]);
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
