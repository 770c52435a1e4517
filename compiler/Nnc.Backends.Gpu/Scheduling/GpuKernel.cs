using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>How a kernel's points fall to the groups and threads of a device.</summary>
/// <param name="Kernel">One without contraction is a loop nest.</param>
public abstract record GpuKernel(Kernel Kernel)
{
    /// <summary>The points of the kernel's axes.</summary>
    public Dim Points => Product(Kernel.Axes);

    /// <summary>The groups that have something to do, where each has so many threads; tiles have a number of their own.</summary>
    public abstract Dim GroupsOf(int threads);

    internal static Dim Product(IEnumerable<Axis> axes) => axes.Aggregate(Dim.One, (product, axis) => product * axis.Extent);
}

/// <summary>A thread for each point, which runs reductions by itself: no barrier.</summary>
public sealed record PointKernel(Kernel Kernel) : GpuKernel(Kernel)
{
    public override Dim GroupsOf(int threads) => Dim.CeilDiv(Points, threads);
}

/// <summary>
/// A group for each point: its threads share the reductions, whose partial results meet in a tree, so that the order of a sum
/// depends on nothing but shapes. The first thread stores.
/// </summary>
public sealed record GroupKernel(Kernel Kernel) : GpuKernel(Kernel)
{
    public override Dim GroupsOf(int threads) => Points;
}

/// <summary>
/// A group for each tile of a contraction: its threads fetch blocks of both factors into shared memory and keep sums in registers.
/// A thread's points lie a side apart, so that neighbours read and write side by side.
/// </summary>
/// <param name="Batch">Axes that all factors move along, or none: a tile lies at one point of them.</param>
/// <param name="Rows">Axes that only left factors move along, as one.</param>
/// <param name="Columns">Axes that only right factors move along, as one.</param>
public sealed record TileKernel(Kernel Kernel, ImmutableArray<Axis> Batch, ImmutableArray<Axis> Rows, ImmutableArray<Axis> Columns, GpuTile Tile) : GpuKernel(Kernel)
{
    public Dim Groups => Product(Batch) * Dim.CeilDiv(Product(Rows), Tile.Rows) * Dim.CeilDiv(Product(Columns), Tile.Columns);

    public override Dim GroupsOf(int threads) => Groups;
}

/// <param name="Side">The group is a square of threads with this side.</param>
/// <param name="RowsOfThread">The rows that a thread has.</param>
/// <param name="ColumnsOfThread">The columns that a thread has.</param>
/// <param name="Depth">Steps of the reduction that lie in shared memory at once.</param>
public sealed record GpuTile(int Side, int RowsOfThread, int ColumnsOfThread, int Depth)
{
    public int Rows => Side * RowsOfThread;

    public int Columns => Side * ColumnsOfThread;

    public int Threads => Side * Side;

    /// <summary>
    /// Elements from one step of a block to the next in shared memory: one more than its points, so that threads at neighbouring
    /// steps of the same point write to different banks.
    /// </summary>
    public static int StepStride(int points) => points + 1;
}
