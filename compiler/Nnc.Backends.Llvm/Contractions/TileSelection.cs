using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>Chooses the register tile of least estimated cost for given rows and columns.</summary>
internal static class TileSelection
{
    /// <summary>Choices of steps along an axis of unknown extent; the last is 1, so that every extent is covered.</summary>
    private static readonly ImmutableArray<ImmutableArray<int>> _symbolicSteps = [[8, 4, 2, 1], [6, 4, 2, 1]];

    /// <summary>More of them for several accumulators, which leave registers for fewer rows.</summary>
    private static readonly ImmutableArray<ImmutableArray<int>> _fewRows = [[4, 2, 1], [3, 2, 1], [2, 1]];

    /// <summary>The most rows of a tile.</summary>
    public const int MostRows = 30;

    /// <summary>The best tile, and the cycles that one step of the first pass costs over all rows and columns with what the others cost meanwhile.</summary>
    /// <param name="rows">The axes that only the broadcast operand moves along, outermost first.</param>
    /// <param name="columns">The axes besides the vector axis that only the vector operand moves along, outermost first.</param>
    public static (RegisterTile Tile, double Cycles) Choose(
        TileTarget target, ImmutableArray<Axis> rows, ImmutableArray<Axis> columns, Axis vectorAxis, ImmutableArray<ContractionPass> passes, int mostRows = MostRows)
    {
        var accumulators = passes.Max(p => p.Factors.Max(f => f.Accumulator)) + 1;
        var (chosen, cycles) = Candidates(target, rows, columns, accumulators, mostRows)
            .Select(tile => (Tile: tile, Cycles: Cycles(target, tile, rows, columns, vectorAxis, passes)))
            .MinBy(c => c.Cycles);
        return (chosen with { ReadsOnce = mostRows == 1 }, cycles);
    }

    /// <summary>The number of vectors along the vector axis, the last perhaps partly used.</summary>
    public static int Vectors(TileTarget target, Axis vectorAxis) => (int)Math.Ceiling(TypicalSize.Of(vectorAxis.Extent) / target.Lanes);

    private static IEnumerable<RegisterTile> Candidates(
        TileTarget target, ImmutableArray<Axis> rows, ImmutableArray<Axis> columns, int accumulators, int mostRows)
    {
        foreach (var (block, count) in ColumnBlocks(columns))
        {
            yield return new([], null, [1], block, count) { Accumulators = accumulators };
            foreach (var tile in RowTiles(rows, block, count, accumulators).Select(t => t with { Accumulators = accumulators })
                .Where(t => t.RowSteps.All(s => t.Rows(s) <= mostRows && target.Fits(t.Rows(s), t.Depth))))
            {
                yield return tile;
            }
        }
    }

    private static IEnumerable<(Axis? Axis, int Count)> ColumnBlocks(ImmutableArray<Axis> columns)
    {
        yield return (null, 1);
        if (columns.LastOrDefault() is { Extent.IsConstant: true } inner)
        {
            foreach (var count in Enumerable.Range(2, 5).Where(c => inner.Extent.ConstantValue % c == 0))
            {
                yield return (inner, count);
            }
        }
    }

    /// <summary>Every choice of whole inner axes and one axis in steps.</summary>
    private static IEnumerable<RegisterTile> RowTiles(ImmutableArray<Axis> rows, Axis? block, int count, int accumulators)
    {
        ImmutableArray<Axis> whole = [];
        long points = 1;
        foreach (var axis in rows.Reverse())
        {
            if (!axis.Extent.IsConstant)
            {
                foreach (var steps in _symbolicSteps.Concat(accumulators > 1 ? _fewRows : []).Where(s => points * s[0] <= MostRows))
                {
                    yield return new(whole, axis, steps, block, count);
                }

                break;
            }

            var extent = axis.Extent.ConstantValue;
            for (var step = 1; step <= extent && step * points <= MostRows; step++)
            {
                yield return new(whole, axis, extent % step == 0 ? [step] : [step, (int)(extent % step)], block, count);
            }

            points *= extent;
            whole = whole.Insert(0, axis);
            if (points > MostRows)
            {
                break;
            }
        }
    }

    private static double Cycles(
        TileTarget target, RegisterTile tile, ImmutableArray<Axis> rows, ImmutableArray<Axis> columns, Axis vectorAxis, ImmutableArray<ContractionPass> passes)
    {
        var vectors = Vectors(target, vectorAxis);
        var left = tile.StepRows is { } stepped ? (long)TypicalSize.Of(stepped.Extent) : 1;
        var cycles = 0.0;
        foreach (var step in tile.RowSteps)
        {
            var width = tile.PanelWidth(target, step, vectors);
            cycles += left / step * passes.Sum(p => p.Steps / passes[0].Steps * RegisterTile.PanelCycles(tile.Rows(step), tile.ColumnBlock * p.Factors.Length, vectors, width));
            left %= step;
        }

        var outer = rows.Where(a => a != tile.StepRows && !tile.WholeRows.Contains(a)).Concat(columns)
            .Aggregate(1.0, (product, axis) => product * TypicalSize.Of(axis.Extent));
        return cycles * outer / tile.ColumnBlock;
    }
}
