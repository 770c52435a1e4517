using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>A factor of a pass, and where its blocks lie in a stage of shared memory.</summary>
/// <param name="Offset">Bytes from the start of the stage, or where right factors are kept, from where their block begins.</param>
/// <param name="Side">The tile's axes that the factor moves along, as one.</param>
internal sealed record FactorBlock(ScalarExpression Factor, ImmutableArray<Axis> Side, ImmutableArray<Axis> Reduction, SharedBlock Layout, int Offset)
{
    /// <summary>What the factor reads; null where it is computed of more.</summary>
    public GuardedLoad? Load { get; } = GuardedLoad.Parse(Factor);

    /// <summary>Whether the device copies the block by itself. What units want rounded to 16 bits goes through registers.</summary>
    public bool IsCopied => Load is not null && Layout.ElementBytes == sizeof(float);

    /// <summary>The elements that are fetched at once.</summary>
    public int Vector { get; } = WarpTileChoice.Vector(Factor, Reduction, Side);

    /// <summary>The blocks of a pass: the left factor's, then the right ones'.</summary>
    public static ImmutableArray<FactorBlock> Of(TilePass pass, WarpTileKernel plan)
    {
        var blocks = ImmutableArray.CreateBuilder<FactorBlock>();
        Add(pass.Left, plan.Rows, plan.Tile.Rows);
        foreach (var (_, right) in pass.Factors)
        {
            Add(right, plan.Columns, plan.Tile.Columns);
        }

        return blocks.ToImmutable();

        void Add(ScalarExpression factor, ImmutableArray<Axis> side, int width) => blocks.Add(new(
            factor, side, pass.Reduction, new(width, plan.Tile.Depth, FetchOrder.RunsAlong(factor, pass.Reduction, side), plan.Tile.ElementBytes),
            Bytes(plan.KeepsRight ? blocks.Skip(1) : blocks)));
    }

    /// <summary>The bytes of blocks that lie one behind the other.</summary>
    public static int Bytes(IEnumerable<FactorBlock> blocks) => blocks.Sum(b => b.Layout.Bytes);
}
