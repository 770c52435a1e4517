using System.Collections.Immutable;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>Where a kernel's right factors stay in shared memory: the blocks of each pass one behind the other.</summary>
/// <param name="Start">Bytes from where shared memory is counted from, which lies behind all that is kept.</param>
/// <param name="Column">The variable of the first column whose factors lie there; none is negative.</param>
internal sealed record KeptBlocks(int Start, string Column)
{
    /// <summary>The bytes that a kernel keeps; 0 where it keeps nothing.</summary>
    public static int Bytes(WarpTileKernel plan) => plan.KeepsRight ? TilePass.Of(plan.Kernel.Contraction!).Sum(p => Bytes(p, FactorBlock.Of(p, plan), plan)) : 0;

    /// <summary>The bytes of a pass.</summary>
    public static int Bytes(TilePass pass, ImmutableArray<FactorBlock> blocks, WarpTileKernel plan) =>
        (int)Dim.CeilDiv(GpuKernel.Product(pass.Reduction), plan.Tile.Depth).ConstantValue * FactorBlock.Bytes(blocks.Skip(1));
}
