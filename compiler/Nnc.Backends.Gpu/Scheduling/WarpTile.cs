using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>
/// A group for each tile of a contraction, whose warps each have a part of it: while a block of the factors is multiplied, the
/// next ones are on their way into shared memory. The sums meet in shared memory for the epilogue.
/// </summary>
/// <param name="Batch">Axes that all factors move along, or none: a tile lies at one point of them.</param>
/// <param name="Rows">Axes that only left factors move along, as one.</param>
/// <param name="Columns">Axes that only right factors move along, as one.</param>
public sealed record WarpTileKernel(Kernel Kernel, ImmutableArray<Axis> Batch, ImmutableArray<Axis> Rows, ImmutableArray<Axis> Columns, WarpTile Tile) : GpuKernel(Kernel)
{
    public Dim Groups => Product(Batch) * Dim.CeilDiv(Product(Rows), Tile.Rows) * TilesAcross;

    /// <summary>The tiles that lie side by side: one group's number and another's that is so many further have the same columns.</summary>
    public Dim TilesAcross => Dim.CeilDiv(Product(Columns), Tile.Columns);

    /// <summary>
    /// In a <see cref="GridLoop"/>: whether the right factors' part that belongs to a group's columns is brought to shared memory once and
    /// stays there through all steps. See <see cref="KeptFactors"/>.
    /// </summary>
    public bool KeepsRight { get; init; }

    public override Dim GroupsOf(int threads) => Groups;
}

/// <param name="WarpRows">Rows of a warp's part: a multiple of 16.</param>
/// <param name="WarpColumns">Columns of a warp's part: a multiple of 16, or 8 where factors have 32 bits in shared memory.</param>
/// <param name="WarpsDown">Warps that lie one below the other.</param>
/// <param name="WarpsAcross">Warps that lie side by side.</param>
/// <param name="Slices">Warps that share a part of the tile, each with its part of every block's steps: for few groups of long sums.</param>
/// <param name="Depth">Steps of the reduction that lie in shared memory as one block: for each slice a multiple of 16.</param>
/// <param name="Stages">Blocks that lie in shared memory at once, those on their way included.</param>
public sealed record WarpTile(int WarpRows, int WarpColumns, int WarpsDown, int WarpsAcross, int Slices, int Depth, int Stages, GpuPrecision Precision)
{
    /// <summary>The threads that compute in step.</summary>
    public const int WarpSize = 32;

    public int Rows => WarpRows * WarpsDown;

    public int Columns => WarpColumns * WarpsAcross;

    public int Threads => WarpSize * WarpsDown * WarpsAcross * Slices;

    /// <summary>The steps of a block that a slice has.</summary>
    public int SliceDepth => Depth / Slices;

    /// <summary>The bytes of an element of a factor in shared memory.</summary>
    public int ElementBytes => Precision == GpuPrecision.Bf16 ? 2 : 4;
}
