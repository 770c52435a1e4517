using System.Collections.Immutable;
using System.Globalization;
using Nnc.Backends.Llvm.Emission;
using Nnc.Core.Dimensions;
using Nnc.Graph.Explanation;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>How one contraction kernel is computed by register tiles. All operands are plain.</summary>
/// <param name="Kernel">The kernel; its stores are the epilogue.</param>
/// <param name="Passes">What a tile walks over, one after the other, each with its reduction's axes outermost first.</param>
/// <param name="VectorAxis">The axis along which vectors of the operands that are not broadcast run.</param>
/// <param name="OuterAxes">The kernel's axes that are walked point by point around the tiles, outermost first.</param>
/// <param name="Stream">For a long reduction: its outermost loop, around the tiles; null where tiles run over the whole reduction.</param>
internal sealed record ContractionPlan(
    Kernel Kernel, ImmutableArray<ContractionPass> Passes, Axis VectorAxis, RegisterTile Tile, ImmutableArray<Axis> OuterAxes, ReductionStream? Stream)
{
    /// <summary>Multiply-adds, for the decision whether threads are worth their start.</summary>
    public Dim MultiplyAdds => Kernel.Contraction!.Terms.Aggregate(Dim.Zero, (sum, term) =>
        sum + Kernel.Axes.Concat(term.ReductionAxes).Aggregate(Dim.One, (product, axis) => product * axis.Extent));

    /// <summary>
    /// The operands that tiles hold a pointer to: of each pass the broadcast one, then those read by vectors; of vectors that
    /// keep their distance in one buffer the first.
    /// </summary>
    public ImmutableArray<Operand> Ports => [.. Passes.SelectMany(PortsOf)];

    /// <summary>The port that a vector operand of a pass is read through, by its place among the pass's, and its distance from it.</summary>
    public static (int Port, Dim Distance) PortOf(ContractionPass pass, Operand vector)
    {
        Operand[] ports = [.. PortsOf(pass)];
        var port = Array.FindIndex(ports, 1, p => KeepDistance(p, vector));
        return (port, vector.Address.Minus(ports[port].Address).Constant);
    }

    public static IEnumerable<Operand> PortsOf(ContractionPass pass)
    {
        var ports = new List<Operand> { pass.Broadcast };
        foreach (var vector in pass.Factors.Select(f => f.Vector).Where(v => !ports.Skip(1).Any(p => KeepDistance(p, v))))
        {
            ports.Add(vector);
        }

        return ports;
    }

    private static bool KeepDistance(Operand a, Operand b) => a.Buffer == b.Buffer && a.Address.Minus(b.Address).IsConstant;

    /// <summary>The axis of blocks of columns where the vector operand is packed into panels: every block is walked by all rows.</summary>
    public Axis? Panels { get; init; }

    /// <summary>What a report tells of the plan.</summary>
    public TileSchedule Describe(TileTarget target)
    {
        var pieces = PieceSplit.Choose(this, target);
        return new(ToString(), MultiplyAdds, KernelCalls.LeastMultiplyAdds, pieces.Aggregate(Dim.One, (product, p) => product * p.Count), [.. pieces.Select(p => NameOf(p.Axis))]);
    }

    private string NameOf(Axis axis) => axis == Stream?.Chunks ? "chunks of the sum" : axis == VectorAxis ? "columns" : axis == Tile.StepRows ? "rows" : $"points along {axis.Name}";

    /// <summary>One line for <c>nnc explain</c>.</summary>
    public override string ToString()
    {
        var rows = string.Join("·", Tile.WholeRows.Select(a => a.Name).Append(Tile.StepRows is { } s ? $"{s.Name}:{string.Join("/", Tile.RowSteps)}" : null).OfType<string>());
        var columns = Tile.BlockColumns is { } block ? string.Create(CultureInfo.InvariantCulture, $"{block.Name}:{Tile.ColumnBlock}·{VectorAxis.Name}") : VectorAxis.Name;
        var stream = Stream is { } r ? $", {r.Axis.Name} in {r.Chunks.Extent} chunks" : "";
        var vectors = Tile.Accumulators == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{Tile.Accumulators} × ");
        return $"{Kernel.Name}: rows {(rows.Length == 0 ? "1" : rows)} of {Names(p => [p.Broadcast])}, vectors {vectors}{columns} of {Names(p => p.Factors.Select(f => f.Vector))}, "
            + $"{(OuterAxes.IsEmpty ? "" : $"around {string.Join("·", OuterAxes.Select(a => a.Name))}, ")}over {string.Join(" + ", Passes.Select(p => string.Join("·", p.Reduction.Select(a => a.Name))))}{stream}";

        string Names(Func<ContractionPass, IEnumerable<Operand>> operands) => string.Join(", ", Passes.SelectMany(operands).Select(o => o.Buffer.Name).Distinct());
    }
}

/// <summary>
/// A reduction axis split into a fixed number of chunks, each summed by itself: the chunk is an axis of the kernel, and
/// <paramref name="Axis"/> walks the positions chunk · extent + axis that are below <paramref name="Limit"/>.
/// </summary>
internal sealed record ReductionStream(Axis Chunks, Axis Axis, Dim Limit);
