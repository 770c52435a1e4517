using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>One digit of a piece's number: blocks of an axis. Along the vector axis a block counts vectors, elsewhere points.</summary>
internal sealed record PieceAxis(Axis Axis, long Block, Dim Count);

/// <summary>
/// Divides a contraction into pieces that threads may run in any order. Only shapes decide, never the number of threads, and
/// every result is summed in the same order whatever the division.
/// </summary>
internal static class PieceSplit
{
    /// <summary>Enough pieces to keep a few threads busy to the end.</summary>
    private const double Enough = 8;

    /// <summary>Multiply-adds below which a division is not worth its calls: some ten microseconds.</summary>
    private const double LeastWork = 1 << 18;

    public static ImmutableArray<PieceAxis> Choose(ContractionPlan plan, TileTarget target)
    {
        if (plan.Stream is { } stream)
        {
            return [new(stream.Chunks, 1, stream.Chunks.Extent)];
        }

        var pieces = ImmutableArray.CreateBuilder<PieceAxis>();
        if (TypicalSize.Of(plan.MultiplyAdds) < LeastWork)
        {
            return [];
        }

        var (count, isKnown) = (1.0, true);
        foreach (var axis in plan.OuterAxes.Where(a => a != plan.Panels).TakeWhile(_ => count < Enough))
        {
            var block = axis == plan.Tile.BlockColumns ? plan.Tile.ColumnBlock : 1;
            pieces.Add(new(axis, block, Dim.CeilDiv(axis.Extent, block)));
            count *= TypicalSize.Of(pieces[^1].Count);
            isKnown &= axis.Extent.IsConstant;
        }

        return count < Enough ? [.. pieces, .. Blocks(plan, target, Enough / count)]
            : isKnown ? pieces.ToImmutable()
            : [.. pieces, .. Quarters(plan, pieces.Count, TypicalSize.Of(plan.MultiplyAdds) / count)];
    }

    /// <summary>Where a batch of unknown size is divided: each of its large members into four, so that a batch of one has pieces too.</summary>
    private static IEnumerable<PieceAxis> Quarters(ContractionPlan plan, int divided, double work)
    {
        var next = plan.OuterAxes.Where(a => a != plan.Panels).Skip(divided).FirstOrDefault();
        if (next is { Extent.IsConstant: true } && next != plan.Tile.BlockColumns && work >= 4 * LeastWork)
        {
            var block = (next.Extent.ConstantValue + 3) / 4;
            yield return new(next, block, Dim.CeilDiv(next.Extent, block));
        }
    }

    /// <summary>
    /// Blocks along the longer side of what is left; of columns where rows are as many, since each thread then keeps its part of the
    /// weights from step to step.
    /// </summary>
    private static IEnumerable<PieceAxis> Blocks(ContractionPlan plan, TileTarget target, double wanted)
    {
        var rows = plan.Tile.StepRows is { } stepped ? TypicalSize.Of(stepped.Extent) : 1;
        var columns = plan.VectorAxis.Extent;
        if (columns.IsConstant && columns.ConstantValue * plan.Tile.Accumulators >= 4 * rows && columns.ConstantValue >= 4 * target.Lanes)
        {
            var vectors = TileSelection.Vectors(target, plan.VectorAxis);
            var unit = plan.Tile.RowSteps.Select(s => plan.Tile.PanelWidth(target, s, vectors)).Aggregate(1, Multiple);
            yield return Blocked(plan.VectorAxis, (Dim)vectors, vectors, unit > RegisterTile.WidestPanel ? RegisterTile.WidestPanel : unit, wanted);
        }
        else if (plan.Tile.StepRows is { } axis)
        {
            // A symbolic axis gets blocks of four steps: small batches still fall into several pieces.
            var step = plan.Tile.RowSteps[0];
            yield return axis.Extent.IsConstant ? Blocked(axis, axis.Extent, (long)rows, step, wanted) : new(axis, 4 * step, Dim.CeilDiv(axis.Extent, 4 * step));
        }
    }

    private static PieceAxis Blocked(Axis axis, Dim extent, long points, int unit, double wanted)
    {
        var block = (long)Math.Ceiling(points / wanted / unit) * unit;
        return new(axis, block, Dim.CeilDiv(extent, block));
    }

    private static int Multiple(int a, int b)
    {
        var multiple = a;
        while (multiple % b != 0)
        {
            multiple += a;
        }

        return multiple;
    }
}
