using System.Collections.Immutable;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>How one contraction kernel is computed by register tiles. Both operands are plain.</summary>
/// <param name="Kernel">The kernel; its stores are the epilogue.</param>
/// <param name="Broadcast">The operand read one scalar at a time.</param>
/// <param name="Vector">The operand read by vectors: neighbours along <paramref name="VectorAxis"/> are neighbours in memory.</param>
/// <param name="OuterAxes">The kernel's axes that are walked point by point around the tiles, outermost first.</param>
/// <param name="Reduction">The axes summed over within a tile, outermost first.</param>
/// <param name="Stream">For a long reduction: its outermost loop, around the tiles; null where tiles run over the whole reduction.</param>
internal sealed record ContractionPlan(
    Kernel Kernel, Operand Broadcast, Operand Vector, Axis VectorAxis, RegisterTile Tile,
    ImmutableArray<Axis> OuterAxes, ImmutableArray<Axis> Reduction, ReductionStream? Stream)
{
    /// <summary>Multiply-adds, for the decision whether threads are worth their start.</summary>
    public Dim MultiplyAdds => Kernel.Axes.Concat(Kernel.Contraction!.ReductionAxes).Aggregate(Dim.One, (product, axis) => product * axis.Extent);

    /// <summary>The axis of blocks of columns where the vector operand is packed into panels: every block is walked by all rows.</summary>
    public Axis? Panels { get; init; }

    /// <summary>One line for <c>nnc explain</c>.</summary>
    public override string ToString()
    {
        var rows = string.Join("·", Tile.WholeRows.Select(a => a.Name).Append(Tile.StepRows is { } s ? $"{s.Name}:{string.Join("/", Tile.RowSteps)}" : null).OfType<string>());
        var columns = Tile.BlockColumns is { } block ? string.Create(CultureInfo.InvariantCulture, $"{block.Name}:{Tile.ColumnBlock}·{VectorAxis.Name}") : VectorAxis.Name;
        var stream = Stream is { } r ? $", {r.Axis.Name} in {r.Chunks.Extent} chunks" : "";
        return $"{Kernel.Name}: rows {(rows.Length == 0 ? "1" : rows)} of {Broadcast.Buffer.Name}, vectors {columns} of {Vector.Buffer.Name}, "
            + $"around {string.Join("·", OuterAxes.Select(a => a.Name))}, over {string.Join("·", Reduction.Select(a => a.Name))}{stream}";
    }
}

/// <summary>
/// A reduction axis split into a fixed number of chunks, each summed by itself: the chunk is an axis of the kernel, and
/// <paramref name="Axis"/> walks the positions chunk · extent + axis that are below <paramref name="Limit"/>.
/// </summary>
internal sealed record ReductionStream(Axis Chunks, Axis Axis, Dim Limit);
