using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>One way to compute a contraction: which operands are broadcast, which axis runs along vectors, and what that costs.</summary>
/// <param name="SumsLanes">Whether the vector axis is one of the reduction's, along which both operands are read by vectors.</param>
internal sealed record ContractionCandidate(
    ImmutableArray<ContractionPass> Passes, Axis VectorAxis, RegisterTile Tile, bool SplitsEpilogue, double Cycles, bool SumsLanes = false)
{
    /// <summary>Cycles to copy an element to another order of axes, to copy a row as it is, and to store a sum elsewhere and fetch it again.</summary>
    private const double TransposeCycles = 0.7, CopyCycles = 0.2, SplitCycles = 2;

    /// <summary>What vectors along an axis of unknown extent may cost where it turns out short.</summary>
    private const double SymbolicVectors = 1.25;

    /// <summary>The candidate of least cost, or null where no axis can run along vectors.</summary>
    public static ContractionCandidate? Best(Kernel kernel, TileTarget target)
    {
        if (ContractionPass.Of(kernel.Contraction!, isTurned: false) is not { } passes || ContractionPass.Of(kernel.Contraction!, isTurned: true) is not { } turned)
        {
            return null;
        }

        return Oriented(kernel, target, passes).Concat(Oriented(kernel, target, turned))
            .Concat(Summed(kernel, target, passes)).Concat(Summed(kernel, target, turned)).MinBy(c => c.Cycles);
    }

    /// <summary>
    /// Vectors along an axis of the reduction that neighbours of both operands lie along: for results of few rows and columns,
    /// such as the kernel's gradient between images of few channels.
    /// </summary>
    private static IEnumerable<ContractionCandidate> Summed(Kernel kernel, TileTarget target, ImmutableArray<ContractionPass> passes)
    {
        if (passes is not [{ Broadcast: var rowed, Factors: [{ Vector: var vector }], Reduction: var reduction }])
        {
            yield break;
        }

        var (rows, columns) = ContractionSides.Of(kernel, passes);
        foreach (var axis in reduction.Where(a => a.Extent.IsConstant && IsUnit(rowed, a) && IsUnit(vector, a)))
        {
            var (tile, cycles) = TileSelection.Choose(target, rows, columns, axis, passes);
            var steps = Count(kernel.Axes.Except(rows).Except(columns).Concat(reduction.Remove(axis)));
            var sums = Count(kernel.Axes.Append(axis));
            var copied = passes[0].Operands.Where(o => !o.IsPlain).Sum(o => TypicalSize.Of(o.Buffer.StorageCount));
            yield return new(passes, axis, tile, true, (cycles * steps) + (sums * SplitCycles) + (copied * CopyCycles), SumsLanes: true);
        }

        static bool IsUnit(Operand operand, Axis axis) => operand.UnitAxis(axis) is { } unit && operand.Buffer.Stride(unit) == Dim.One;
    }

    private static IEnumerable<ContractionCandidate> Oriented(Kernel kernel, TileTarget target, ImmutableArray<ContractionPass> passes)
    {
        var (rows, columns) = ContractionSides.Of(kernel, passes);
        foreach (var axis in columns)
        {
            if (passes.SelectMany(p => p.Factors).Any(f => f.Vector.UnitAxis(axis) is null))
            {
                continue;
            }

            var (tile, cycles) = TileSelection.Choose(target, rows, columns.Remove(axis), axis, passes);
            var splits = kernel.Stores.Any(s => !IsUnitStore(s, axis));
            var steps = Count(kernel.Axes.Except(rows).Except(columns).Concat(passes[0].Reduction));
            var total = (cycles * steps * (axis.Extent.IsConstant ? 1 : SymbolicVectors))
                + (splits ? Count(kernel.Axes) * SplitCycles * kernel.Contraction!.Accumulators : 0)
                + passes.SelectMany(p => p.Factors).Sum(f => StagingCycles(f.Vector, axis));
            yield return new(passes, axis, tile, splits, total);
        }
    }

    /// <summary>Whether tiles cannot walk an operand along vectors where it lies.</summary>
    public static bool IsStaged(Operand vector, Axis axis) => !vector.IsPlain || Transposes(vector, axis);

    private static bool Transposes(Operand vector, Axis axis) => vector.Buffer.Stride(vector.UnitAxis(axis)!.Value) != Dim.One;

    private static double StagingCycles(Operand vector, Axis axis) => !IsStaged(vector, axis) ? 0
        : TypicalSize.Of(vector.Buffer.StorageCount) * (Transposes(vector, axis) ? TransposeCycles : CopyCycles);

    private static double Count(IEnumerable<Axis> axes) => axes.Aggregate(1.0, (product, a) => product * TypicalSize.Of(a.Extent));

    /// <summary>Whether neighbours along the axis are stored side by side.</summary>
    private static bool IsUnitStore(Store store, Axis axis)
    {
        var index = store.Index.Select(LinearIndex.Parse).ToArray();
        return !index.Contains(null)
            && index.Select((i, d) => i![axis] * store.Buffer.Stride(d)).Aggregate(Dim.Zero, (sum, part) => sum + part) == Dim.One;
    }
}
