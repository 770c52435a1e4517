using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>Chooses the loops that become one kernel each, and the groups' threads that suit all kernels of a loop.</summary>
internal static class GridLoopChoice
{
    /// <summary>Groups of a kernel for each that the device has room for, beyond which a launch takes no time beside the work.</summary>
    private const double MostRounds = 4;

    /// <summary>Kernels of a body beyond which one code for all of them takes too many registers.</summary>
    private const int MostKernels = 16;

    /// <summary>Tensors of a loop, half as many as a launch passes at most.</summary>
    private const int MostBuffers = 256;

    /// <summary>The outermost loops of a program that become kernels, with a plan for each kernel in them.</summary>
    public static IEnumerable<(GridLoop Loop, ImmutableArray<GpuKernel> Plans)> Of(ImmutableArray<ProgramItem> items, GpuTarget target, Func<Kernel, GpuKernel> plan) =>
        items.OfType<KernelLoop>().SelectMany(loop => Of(loop, target, plan) is { } chosen ? [chosen] : Of([.. loop.Body, .. loop.Rest], target, plan));

    private static (GridLoop Loop, ImmutableArray<GpuKernel> Plans)? Of(KernelLoop loop, GpuTarget target, Func<Kernel, GpuKernel> plan)
    {
        var kernels = loop.Kernels;
        if (kernels.Length is 0 or > MostKernels || KernelInputs.Buffers(loop).Length > MostBuffers || KernelLoop.In(loop).Any(l => l.Until is not null))
        {
            return null;
        }

        var products = kernels.Where(k => k.Contraction is not null).ToImmutableArray();
        int[] choices = products.Length == 0 ? [target.GroupSize] : [128, 256];
        if (choices.Select(t => Tiles(products, loop, target, t)).OfType<LoopTiles>().MinBy(t => t.Cycles) is not var (threads, tiles, _))
        {
            return null;
        }

        var plans = kernels.Select(k => k.Contraction is null ? plan(k) : tiles.First(t => ReferenceEquals(t.Kernel, k))).ToImmutableArray();
        return plans.All(p => TypicalSize.Of(p.GroupsOf(threads)) <= MostRounds * target.WantedGroups) ? (new(loop, threads), plans) : null;
    }

    /// <summary>
    /// Tiles of one number of threads. All products keep their right factors, each in its part of a group's shared memory, or none does;
    /// null where there is no tile.
    /// </summary>
    private static LoopTiles? Tiles(ImmutableArray<Kernel> products, KernelLoop loop, GpuTarget target, int threads)
    {
        var kept = products.All(k => KeptFactors.AreIn(k, loop)) ? Choose(target.ResidentBytes / Math.Max(products.Length, 1), keepsRight: true) : [null];
        var tiles = kept.All(t => t is not null) ? kept : Choose(Math.Min(target.SharedBytes, target.ResidentBytes), keepsRight: false);
        return tiles.All(t => t is not null) ? new(threads, [.. tiles.Select(t => t!.Value.Plan)], tiles.Sum(t => t!.Value.Cycles)) : null;

        (WarpTileKernel Plan, double Cycles)?[] Choose(int sharedBytes, bool keepsRight) =>
            [.. products.Select(k => WarpTileChoice.Of(k, target with { SharedBytes = sharedBytes }, threads, keepsRight))];
    }

    /// <param name="Threads">Threads of a group.</param>
    /// <param name="Tiles">Those of all products of a loop.</param>
    /// <param name="Cycles">The device's cycles that a step takes.</param>
    private sealed record LoopTiles(int Threads, ImmutableArray<WarpTileKernel> Tiles, double Cycles);
}
