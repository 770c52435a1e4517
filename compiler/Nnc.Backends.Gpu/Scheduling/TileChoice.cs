using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>Chooses the tile of a contraction: as large as registers and the device's need of groups allow.</summary>
internal static class TileChoice
{
    /// <summary>Sums that a thread keeps in registers.</summary>
    private const int MostSums = 16;

    private const int MostOfAThread = 4;

    private const int Depth = 16;

    public static TileKernel Of(Kernel kernel, GpuTarget target)
    {
        var (rows, columns, batch) = Sides(kernel);
        var sums = kernel.Contraction!.Accumulators;
        var choices =
            from r in (int[])[4, 2, 1]
            from c in (int[])[4, 2, 1]
            where r * c * sums <= Math.Max(MostSums, sums) && Bytes(target.Side, r, c, FactorsAtOnce(kernel)) <= target.SharedBytes
            select new TileKernel(kernel, batch, rows, columns, new GpuTile(target.Side, r, c, Depth));
        return choices.MinBy(t => Cost(t, target))!;
    }

    /// <summary>Which of the kernel's axes the factors move along.</summary>
    internal static (ImmutableArray<Axis> Rows, ImmutableArray<Axis> Columns, ImmutableArray<Axis> Batch) Sides(Kernel kernel)
    {
        var left = AxesOf(kernel.Contraction!.Terms.Select(t => t.Left));
        var right = AxesOf(kernel.Contraction!.Terms.Select(t => t.Right));
        return (
            [.. kernel.Axes.Where(a => left.Contains(a) && !right.Contains(a))],
            [.. kernel.Axes.Where(a => !left.Contains(a) && right.Contains(a))],
            [.. kernel.Axes.Where(a => left.Contains(a) == right.Contains(a))]);
    }

    /// <summary>
    /// Time in reads of shared memory: each step reads rows and columns once for their products; tiles that hang over the edge
    /// compute for nothing; fewer groups than the device has room for leave it idle.
    /// </summary>
    private static double Cost(TileKernel plan, GpuTarget target)
    {
        var tile = plan.Tile;
        var groups = Math.Max(TypicalSize.Of(plan.Groups), 1);
        var work = tile.RowsOfThread + tile.ColumnsOfThread + (0.5 * tile.RowsOfThread * tile.ColumnsOfThread);
        return Math.Ceiling(groups / target.WantedGroups) * (work + 1);
    }

    /// <summary>The right factors that lie in shared memory together: those of terms with a common left one.</summary>
    internal static int FactorsAtOnce(Kernel kernel) => TilePass.Of(kernel.Contraction!).Max(p => p.Factors.Length);

    private static int Bytes(int side, int rows, int columns, int factors) =>
        (GpuTile.StepStride(side * rows) + (GpuTile.StepStride(side * columns) * factors)) * Depth * sizeof(double);

    private static HashSet<Axis> AxesOf(IEnumerable<ScalarExpression> expressions) =>
        [.. ScalarParts.DescendantsAndSelf(expressions).OfType<AxisValue>().Select(a => a.Axis)];
}
