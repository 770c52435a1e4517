using System.Collections.Immutable;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>
/// The block of results that stays in registers over a whole reduction. Its rows, along which a scalar of one operand is
/// broadcast, are every point of <paramref name="WholeRows"/> times a step of <paramref name="StepRows"/>; its columns are
/// vectors along the vector axis times <paramref name="ColumnBlock"/> points of <paramref name="BlockColumns"/>.
/// </summary>
/// <param name="RowSteps">Steps along <paramref name="StepRows"/>, tried in order: the longest as often as it fits, then the next.</param>
internal sealed record RegisterTile(
    ImmutableArray<Axis> WholeRows, Axis? StepRows, ImmutableArray<int> RowSteps, Axis? BlockColumns, int ColumnBlock)
{
    /// <summary>The most vectors of a panel: its width is a divisor of this where pieces of any tile must fit.</summary>
    public const int WidestPanel = 8;

    /// <summary>The sums that the tile holds at each of its points.</summary>
    public int Accumulators { get; init; } = 1;

    /// <summary>
    /// Whether the tile is for calls of few rows, which read each vector once from where it lies: none stays in a register, and
    /// panels are as wide as the accumulators allow, so that long stretches of memory are read together.
    /// </summary>
    public bool ReadsOnce { get; init; }

    /// <summary>The vectors that a row takes for each vector of the panel's width.</summary>
    public int Depth => Accumulators * ColumnBlock;

    /// <summary>The rows of a tile that takes a given step.</summary>
    public int Rows(int step) => step * WholeRows.Aggregate(1, (product, axis) => product * (int)axis.Extent.ConstantValue);

    /// <summary>The axes that a row's point is given by, outermost first.</summary>
    public ImmutableArray<Axis> RowAxes => StepRows is { } axis ? WholeRows.Add(axis) : WholeRows;

    /// <summary>The rows of a tile that takes a given step: positions along <see cref="RowAxes"/>, relative to the tile's start.</summary>
    public IEnumerable<string[]> RowPoints(int step)
    {
        IEnumerable<string[]> points = [[]];
        foreach (var extent in WholeRows.Select(a => (int)a.Extent.ConstantValue).Concat(StepRows is null ? [] : [step]))
        {
            points = [.. from point in points from i in Enumerable.Range(0, extent) select (string[])[.. point, i.ToString(CultureInfo.InvariantCulture)]];
        }

        return points;
    }

    /// <summary>
    /// How many vectors wide the panels are that cover a vector axis of <paramref name="vectors"/> vectors with the given rows:
    /// the width of least total cost.
    /// </summary>
    /// <param name="step">The tile's points along the stepped row axis.</param>
    /// <param name="within">If not zero: the panels must fill blocks of so many vectors.</param>
    public int PanelWidth(TileTarget target, int step, int vectors, long within = 0)
    {
        var (best, rows) = (1, Rows(step));
        for (var width = 2; width <= Math.Min(vectors, WidestPanel); width++)
        {
            var fits = target.Fits(rows, width * Depth) || (ReadsOnce && rows == 1 && target.FitsOnce(width * Depth));
            if (within % width == 0 && fits && PanelCycles(rows, Depth, vectors, width) < PanelCycles(rows, Depth, vectors, best))
            {
                best = width;
            }
        }

        return best;
    }

    /// <summary>Cycles a reduction step of all panels of the given width.</summary>
    public static double PanelCycles(int rows, int depth, int vectors, int width)
    {
        var rest = vectors % width;
        return (vectors / width * TileTarget.StepCycles(rows, width * depth)) + (rest == 0 ? 0 : TileTarget.StepCycles(rows, rest * depth));
    }
}
