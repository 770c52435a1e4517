using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Contractions;

/// <summary>One way to compute a contraction: which operand is broadcast, which axis runs along vectors, and what that costs.</summary>
/// <param name="SumsLanes">Whether the vector axis is one of the reduction's, along which both operands are read by vectors.</param>
internal sealed record ContractionCandidate(
    Operand Broadcast, Operand Vector, Axis VectorAxis, RegisterTile Tile, bool StagesVector, bool SplitsEpilogue, double Cycles, bool SumsLanes = false)
{
    /// <summary>Cycles to copy an element to another order of axes, to copy a row as it is, and to store a sum elsewhere and fetch it again.</summary>
    private const double TransposeCycles = 0.7, CopyCycles = 0.2, SplitCycles = 2;

    /// <summary>What vectors along an axis of unknown extent may cost where it turns out short.</summary>
    private const double SymbolicVectors = 1.25;

    /// <summary>The candidate of least cost, or null where no axis can run along vectors.</summary>
    public static ContractionCandidate? Best(Kernel kernel, TileTarget target)
    {
        if (Operand.Parse(kernel.Contraction!.Left) is not { } left || Operand.Parse(kernel.Contraction.Right) is not { } right)
        {
            return null;
        }

        return Oriented(kernel, target, left, right).Concat(Oriented(kernel, target, right, left))
            .Concat(Summed(kernel, target, left, right)).Concat(Summed(kernel, target, right, left)).MinBy(c => c.Cycles);
    }

    /// <summary>The buffer's axis whose neighbours lie along the vector axis once it is innermost; null where there is none.</summary>
    public static int? UnitAxis(Operand operand, Axis axis)
    {
        int[] moving = [.. Enumerable.Range(0, operand.Index.Length).Where(d => operand.Index[d].Numerator[axis] != Dim.Zero)];
        return moving is [var only] && operand.Index[only].Numerator[axis] == Dim.One ? only : null;
    }

    /// <summary>
    /// Vectors along an axis of the reduction that neighbours of both operands lie along: for results of few rows and columns,
    /// such as the kernel's gradient between images of few channels.
    /// </summary>
    private static IEnumerable<ContractionCandidate> Summed(Kernel kernel, TileTarget target, Operand rowed, Operand vector)
    {
        ImmutableArray<Axis> rows = [.. kernel.Axes.Where(a => rowed.DependsOn(a) && !vector.DependsOn(a))];
        ImmutableArray<Axis> columns = [.. kernel.Axes.Where(a => !rowed.DependsOn(a) && vector.DependsOn(a))];
        var reduction = kernel.Contraction!.ReductionAxes;
        foreach (var axis in reduction.Where(a => a.Extent.IsConstant && IsUnit(rowed, a) && IsUnit(vector, a)))
        {
            var (tile, cycles) = TileSelection.Choose(target, rows, columns, axis);
            var steps = kernel.Axes.Except(rows).Except(columns).Concat(reduction.Remove(axis))
                .Aggregate(1.0, (product, a) => product * TileTarget.Typical(a.Extent));
            var sums = kernel.Axes.Append(axis).Aggregate(1.0, (product, a) => product * TileTarget.Typical(a.Extent));
            var copied = new[] { rowed, vector }.Where(o => !o.IsPlain).Sum(o => TileTarget.Typical(o.Buffer.StorageCount));
            yield return new(rowed, vector, axis, tile, !vector.IsPlain, true, (cycles * steps) + (sums * SplitCycles) + (copied * CopyCycles), SumsLanes: true);
        }

        static bool IsUnit(Operand operand, Axis axis) => UnitAxis(operand, axis) is { } unit && operand.Buffer.Stride(unit) == Dim.One;
    }

    private static IEnumerable<ContractionCandidate> Oriented(Kernel kernel, TileTarget target, Operand broadcast, Operand vector)
    {
        ImmutableArray<Axis> rows = [.. kernel.Axes.Where(a => broadcast.DependsOn(a) && !vector.DependsOn(a))];
        ImmutableArray<Axis> columns = [.. kernel.Axes.Where(a => !broadcast.DependsOn(a) && vector.DependsOn(a))];
        var steps = kernel.Axes.Except(rows).Except(columns).Concat(kernel.Contraction!.ReductionAxes)
            .Aggregate(1.0, (product, axis) => product * TileTarget.Typical(axis.Extent));
        foreach (var axis in columns)
        {
            if (UnitAxis(vector, axis) is not { } unit)
            {
                continue;
            }

            var (tile, cycles) = TileSelection.Choose(target, rows, columns.Remove(axis), axis);
            var transposes = vector.Buffer.Stride(unit) != Dim.One;
            var stages = transposes || !vector.IsPlain;
            var splits = kernel.Stores.Any(s => !IsUnitStore(s, axis));
            var results = kernel.Axes.Aggregate(1.0, (product, a) => product * TileTarget.Typical(a.Extent));
            var total = (cycles * steps * (axis.Extent.IsConstant ? 1 : SymbolicVectors)) + (splits ? results * SplitCycles : 0)
                + (stages ? TileTarget.Typical(vector.Buffer.StorageCount) * (transposes ? TransposeCycles : CopyCycles) : 0);
            yield return new(broadcast, vector, axis, tile, stages, splits, total);
        }
    }

    /// <summary>Whether neighbours along the axis are stored side by side.</summary>
    private static bool IsUnitStore(Store store, Axis axis)
    {
        var index = store.Index.Select(LinearIndex.Parse).ToArray();
        return !index.Contains(null)
            && index.Select((i, d) => i![axis] * store.Buffer.Stride(d)).Aggregate(Dim.Zero, (sum, part) => sum + part) == Dim.One;
    }
}
