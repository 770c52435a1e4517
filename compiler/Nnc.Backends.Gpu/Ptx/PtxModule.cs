using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Nnc.Backends.Gpu.Ptx.Tiles;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Ptx;

/// <summary>A kernel of a module, and what a launch passes.</summary>
/// <param name="Name">The code's: kernels that do the same with other memory share it.</param>
/// <param name="Buffers">A pointer to each, in the kernel's order; the memory of what owns it.</param>
/// <param name="Sizes">An i32 for each, behind the pointers.</param>
/// <param name="Threads">Threads of a group.</param>
/// <param name="Groups">Groups of a launch.</param>
/// <param name="SharedBytes">
/// Dynamic shared memory of a group, which a launch asks for. More than 48 KiB must be allowed beforehand:
/// <c>cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes)</c>.
/// </param>
/// <remarks>All pointers must be aligned to 16 bytes, which kernels copy at once.</remarks>
public sealed record PtxKernel(
    string Name, Kernel Kernel, ImmutableArray<Buffer> Buffers, ImmutableArray<DimSymbol> Sizes, int Threads, Dim Groups, int SharedBytes)
{
    /// <summary>A pointer to a byte for each, between the buffers and the sizes: a launch does nothing where one says so.</summary>
    public ImmutableArray<PtxGuard> Guards { get; init; } = [];
}

/// <summary>
/// The kernels of a program as one module of LLVM IR for NVPTX. What the device itself gives (its position, barriers, functions) is
/// called by names of the prelude, so that the kernels are plain IR. Reals have 32 bits.
/// </summary>
/// <param name="Kernels">In the program's order.</param>
/// <param name="Ir">The kernels, without a prelude.</param>
public sealed record PtxModule(ImmutableArray<PtxKernel> Kernels, string Ir)
{
    /// <summary>The kernel that one thread runs after a step of a loop with <see cref="KernelLoop.Until"/>: it takes the loop's byte, and the flag of the step.</summary>
    public const string Until = "until";

    /// <summary>What NVPTX kernels call.</summary>
    public static string Prelude { get; } = Resource("device.ll") + Resource("functions.ll");

    /// <summary>Functions that need nothing of a device but exp, log, sqrt, sin, cos and floor.</summary>
    internal static string Functions { get; } = Resource("functions.ll");

    public static PtxModule Write(GpuProgram program)
    {
        var (text, kernels, codes) = (new StringBuilder(), ImmutableArray.CreateBuilder<PtxKernel>(), new Dictionary<string, string>());
        Write(program.Program.Items, []);
        return new(kernels.ToImmutable(), program.Program.Loops.Any(l => l.Until is not null) ? text + Resource("until.ll") : text.ToString());

        void Write(ImmutableArray<ProgramItem> items, ImmutableArray<PtxGuard> guards)
        {
            foreach (var item in items)
            {
                switch (item)
                {
                    case Kernel kernel:
                        Add(program.Plans[kernel], guards);
                        break;
                    case KernelLoop loop:
                        Write(loop.Body, loop.Until is null ? guards : guards.Add(new(loop, IsRest: false)));
                        Write(loop.Rest, guards.Add(new(loop, IsRest: true)));
                        break;
                    default:
                        throw new System.Diagnostics.UnreachableException();
                }
            }
        }

        // Layers and gates repeat: what differs between their kernels is often nothing but the memory, which a launch passes.
        void Add(GpuKernel plan, ImmutableArray<PtxGuard> guards)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"k{codes.Count}");
            var (kernel, ir) = PtxModule.Write(plan, name, program.Target, guards);
            var code = ir.Replace($"@{name}", "@k", StringComparison.Ordinal);
            if (codes.TryAdd(code, name))
            {
                text.Append(ir);
            }

            kernels.Add(kernel with { Name = codes[code] });
        }
    }

    private static (PtxKernel Kernel, string Ir) Write(GpuKernel plan, string name, GpuTarget target, ImmutableArray<PtxGuard> guards)
    {
        var (buffers, sizes) = (KernelInputs.Buffers(plan.Kernel), KernelInputs.Sizes(plan.Kernel));
        var function = new IrFunction();
        var scalars = new IrScalars(
            function, buffers.Select((b, k) => (b, k)).ToDictionary(p => p.b, p => $"%p{IrFunction.Number(p.k)}"),
            sizes.Select((s, k) => (s, k)).ToDictionary(p => p.s, p => $"%n{IrFunction.Number(p.k)}"));
        var (groups, threads, sharedBytes, shared) = (Dim.Zero, 0, 0, "");
        Guard(function, guards, 0, () => (groups, threads, sharedBytes, shared) = plan switch
        {
            PointKernel => WritePoints(plan, function, scalars, target),
            GroupKernel => (plan.Points, target.GroupSize, 0, new IrGroup(plan.Kernel, function, scalars, name, target.GroupSize).Write()),
            WarpTileKernel tile => WriteTile(tile, function, scalars),
            TileKernel => throw new ArgumentException("PTX needs a target with warps.", nameof(plan)),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        var parameters = buffers.Select((_, k) => $"ptr addrspace(1) noalias %p{IrFunction.Number(k)}")
            .Concat(guards.Select((_, k) => $"ptr addrspace(1) %g{IrFunction.Number(k)}")).Concat(sizes.Select((_, k) => $"i32 %n{IrFunction.Number(k)}"));

        // An update in place makes no two pointers alias: what owns the memory is passed once.
        var ir = function.Finish($"define ptx_kernel void @{name}({string.Join(", ", parameters)})");
        return (new PtxKernel(name, plan.Kernel, buffers, sizes, threads, groups, sharedBytes) { Guards = guards }, shared + ir);
    }

    /// <summary>What runs where all guards let it: they say the same to every thread of a launch.</summary>
    private static void Guard(IrFunction function, ImmutableArray<PtxGuard> guards, int first, Action body)
    {
        if (first == guards.Length)
        {
            body();
            return;
        }

        var isOver = function.Name($"load i8, ptr addrspace(1) %g{IrFunction.Number(first)}");
        function.If(function.Name($"icmp {(guards[first].IsRest ? "ne" : "eq")} i8 {isOver}, 0"), () => Guard(function, guards, first + 1, body));
    }

    private static (Dim Groups, int Threads, int SharedBytes, string Shared) WriteTile(WarpTileKernel plan, IrFunction function, IrScalars scalars)
    {
        var tile = new IrWarpTile(plan, function, scalars);
        tile.Write();
        return (plan.Groups, plan.Tile.Threads, tile.SharedBytes, "");
    }

    /// <summary>A thread for each point.</summary>
    private static (Dim Groups, int Threads, int SharedBytes, string Shared) WritePoints(GpuKernel plan, IrFunction function, IrScalars scalars, GpuTarget target)
    {
        var (group, threads) = (function.Name("call i32 @nnc.group()"), function.Name("call i32 @nnc.threads()"));
        var thread = function.Name("call i32 @nnc.thread()");
        var point = function.Name($"add nsw i32 {function.Name($"mul nsw i32 {group}, {threads}")}, {thread}");
        function.If(function.Name($"icmp slt i32 {point}, {scalars.Size(plan.Points)}"), () => scalars.InScope(() =>
        {
            scalars.Split(point, plan.Kernel.Axes);
            WriteStores(plan.Kernel.Stores, scalars);
        }));
        return (Dim.CeilDiv(plan.Points, target.GroupSize), target.GroupSize, 0, "");
    }

    /// <summary>All values first, then all stores: an update in place may read the element that it replaces.</summary>
    internal static void WriteStores(ImmutableArray<Store> stores, IrScalars scalars)
    {
        foreach (var (store, value) in stores.Select(s => (s, scalars.Of(s.Value))).ToArray())
        {
            scalars.Store(store, value);
        }
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
