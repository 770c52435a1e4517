using Nnc.Backends.Gpu.Scheduling;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>What a tile's code is written with.</summary>
/// <param name="Thread">The thread's number in its group.</param>
internal sealed record TileCode(WarpTileKernel Plan, IrFunction Function, IrScalars Scalars, string Thread)
{
    public WarpTile Tile => Plan.Tile;
}
