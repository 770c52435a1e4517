using System.Collections.Immutable;
using Nnc.Backends.Gpu.Ptx.Tiles;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>Writes kernels: a function for each, or what a group does of one inside another function.</summary>
internal static class IrKernel
{
    /// <summary>A kernel of its own.</summary>
    public static (PtxKernel Kernel, string Ir) Write(GpuKernel plan, string name, GpuTarget target, ImmutableArray<PtxGuard> guards)
    {
        var (buffers, sizes) = (KernelInputs.Buffers(plan.Kernel), KernelInputs.Sizes(plan.Kernel));
        var function = new IrFunction();
        var scalars = new IrScalars(
            function, Pointers(buffers), sizes.Select((s, k) => (s, k)).ToDictionary(p => p.s, p => $"%n{Number(p.k)}"));
        var threads = plan is WarpTileKernel tile ? tile.Tile.Threads : target.GroupSize;
        var sharedBytes = 0;
        Guard(function, guards, 0, () => sharedBytes = WriteGroup(plan, function, scalars, function.Name("call i32 @nnc.group()"), name, threads, kept: null));

        // An update in place makes no two pointers alias: what owns the memory is passed once.
        var parameters = buffers.Select((_, k) => $"ptr addrspace(1) noalias %p{Number(k)}").Concat(Parameters(guards, [], sizes));
        var ir = function.Finish($"define ptx_kernel void @{name}({string.Join(", ", parameters)})");
        return (new PtxKernel(name, plan.Kernel, buffers, sizes, threads, [plan.GroupsOf(threads)], sharedBytes) { Guards = guards }, ir);
    }

    /// <summary>What one group does of a kernel.</summary>
    /// <param name="group">Its number among <see cref="GpuKernel.GroupsOf"/>.</param>
    /// <param name="name">Begins the names of what its threads share.</param>
    /// <param name="kept">Where a kernel keeps right factors.</param>
    /// <returns>Bytes of dynamic shared memory.</returns>
    public static int WriteGroup(
        GpuKernel plan, IrFunction function, IrScalars scalars, string group, string name, int threads, KeptBlocks? kept)
    {
        switch (plan)
        {
            case PointKernel:
                WritePoints(plan, function, scalars, group, threads);
                return 0;
            case GroupKernel:
                new IrGroup(plan.Kernel, function, scalars, name, threads).Write(group);
                return 0;
            case WarpTileKernel tile:
                var code = new IrWarpTile(tile, function, scalars, kept);
                code.Write(group);
                return code.SharedBytes;
            case TileKernel:
                throw new ArgumentException("PTX needs a target with warps.", nameof(plan));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>What runs where all guards let it: they say the same to every thread of a launch.</summary>
    public static void Guard(IrFunction function, ImmutableArray<PtxGuard> guards, int first, Action body)
    {
        if (first == guards.Length)
        {
            body();
            return;
        }

        var isOver = function.Name($"load i8, ptr addrspace(1) %g{Number(first)}");
        function.If(function.Name($"icmp {(guards[first].IsRest ? "ne" : "eq")} i8 {isOver}, 0"), () => Guard(function, guards, first + 1, body));
    }

    /// <summary>The parameter of each buffer.</summary>
    public static Dictionary<Buffer, string> Pointers(ImmutableArray<Buffer> buffers) =>
        buffers.Select((b, k) => (b, k)).ToDictionary(p => p.b, p => $"%p{Number(p.k)}");

    /// <summary>The parameters behind the buffers'.</summary>
    /// <param name="others">Those between the guards' and the sizes'.</param>
    public static IEnumerable<string> Parameters(ImmutableArray<PtxGuard> guards, IEnumerable<string> others, ImmutableArray<DimSymbol> sizes) =>
        guards.Select((_, k) => $"ptr addrspace(1) %g{Number(k)}").Concat(others).Concat(sizes.Select((_, k) => $"i32 %n{Number(k)}"));

    /// <summary>All values first, then all stores: an update in place may read the element that it replaces.</summary>
    public static void WriteStores(ImmutableArray<Store> stores, IrScalars scalars)
    {
        foreach (var (store, value) in stores.Select(s => (s, scalars.Of(s.Value))).ToArray())
        {
            scalars.Store(store, value);
        }
    }

    /// <summary>A thread for each point.</summary>
    private static void WritePoints(GpuKernel plan, IrFunction function, IrScalars scalars, string group, int threads)
    {
        var thread = function.Name("call i32 @nnc.thread()");
        var point = function.Plus(function.Times(group, threads), thread);
        function.If(function.Name($"icmp slt i32 {point}, {scalars.Size(plan.Points)}"), () => scalars.InScope(() =>
        {
            scalars.Split(point, plan.Kernel.Axes);
            WriteStores(plan.Kernel.Stores, scalars);
        }));
    }
}
