using Nnc.Backends.Gpu.Scheduling;
using static Nnc.Backends.Gpu.Ptx.IrFunction;

namespace Nnc.Backends.Gpu.Ptx.Tiles;

/// <summary>
/// Where the sums of a tile lie in shared memory before the epilogue takes them, neighbours as in the tensor that is stored. Padding
/// keeps the threads of a warp on different banks when they write the fragments that units give them.
/// </summary>
/// <param name="RunsAlongRows">Whether neighbours are rows rather than columns.</param>
internal sealed record SumBlock(WarpTile Tile, int Accumulators, bool RunsAlongRows)
{
    /// <summary>The points that are neighbours.</summary>
    public int Fast => RunsAlongRows ? Tile.Rows : Tile.Columns;

    /// <summary>The bytes of all sums of all slices.</summary>
    public int Bytes => Tile.Slices * SliceBytes;

    /// <summary>The bytes of one slice's sums.</summary>
    public int SliceBytes => Accumulators * AccumulatorBytes;

    /// <summary>The bytes of one slice's sums for one accumulator.</summary>
    public int AccumulatorBytes => sizeof(float) * (RunsAlongRows ? Tile.Columns : Tile.Rows) * Stride;

    /// <summary>The distance in bytes from a row to the next.</summary>
    public int RowBytes => sizeof(float) * (RunsAlongRows ? 1 : Stride);

    /// <summary>The distance in bytes from a column to the next.</summary>
    public int ColumnBytes => sizeof(float) * (RunsAlongRows ? Stride : 1);

    private int Stride => RunsAlongRows ? Tile.Rows + 4 : Tile.Columns + 8;

    /// <summary>The bytes from the start of an accumulator's sums to a point's.</summary>
    public string Place(IrFunction function, string row, string column) =>
        function.Plus(function.Times(row, Number(RowBytes)), function.Times(column, Number(ColumnBytes)));
}
