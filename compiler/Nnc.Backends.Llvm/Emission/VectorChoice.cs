using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Emission;

/// <summary>Chooses the loop whose neighbouring points fill the lanes of a vector, by an estimate of cycles.</summary>
/// <remarks>
/// Either one of the kernel's loops, and reductions inside it step through memory lane by lane side by side, or, for each
/// reduction, one of its own loops, and its lanes are added up at the end.
/// </remarks>
internal sealed class VectorChoice
{
    /// <summary>The size that symbolic dimensions are assumed to have; any choice gives right results.</summary>
    private const long TypicalSize = 64;

    /// <summary>Adding up the lanes of a vector.</summary>
    private const double LaneSum = 8;

    private readonly KernelAnalysis _kernel;
    private readonly int _lanes;

    private VectorChoice(KernelAnalysis kernel, int lanes) => (_kernel, _lanes) = (kernel, lanes);

    /// <summary>The kernel's loop to run along vectors; null where reductions do it by themselves, or nothing is worth it.</summary>
    public static Axis? ForKernel(KernelAnalysis kernel, int lanes)
    {
        var choice = new VectorChoice(kernel, lanes);
        var best = (Axis: (Axis?)null, Cost: choice.CostOfScalarPoints());
        foreach (var axis in kernel.Axes)
        {
            var cost = choice.CostAlong(axis);
            best = cost < best.Cost ? (axis, cost) : best;
        }

        return best.Axis;
    }

    /// <summary>A reduction's own loop to run along vectors where its point is scalar.</summary>
    public static Axis? ForReduction(KernelAnalysis kernel, Reduction reduction, int lanes)
    {
        var isArgument = reduction.Kind is ReductionKind.ArgMax or ReductionKind.ArgMin;
        var axes = kernel.AxesOf(reduction);
        if ((isArgument && axes.Length > 1) || Typical(axes) < lanes / 2.0)
        {
            return null;
        }

        var choice = new VectorChoice(kernel, lanes);
        return axes.MinBy(a => choice.BodyCost(reduction, a)) is { } axis && choice.BodyCost(reduction, axis) + LaneSum < choice.BodyCost(reduction, null)
            ? axis
            : null;
    }

    private double CostOfScalarPoints() =>
        PointCost(null) + _kernel.Reductions.Sum(r => Trips(r) * (ForReduction(_kernel, r, _lanes) is { } axis ? BodyCost(r, axis) + LaneSum : BodyCost(r, null)));

    private double CostAlong(Axis axis) =>
        (PointCost(axis) + _kernel.Reductions.Sum(r => Trips(r) * BodyCost(r, axis))) / Filled(axis);

    /// <summary>How often a reduction runs for each point: once for each step of the reductions around it.</summary>
    private double Trips(Reduction reduction) => _kernel.Reductions
        .Where(r => _kernel.AxesOf(r).Any(a => _kernel.AxesIn(reduction).Contains(a)))
        .Aggregate(1.0, (product, r) => product * Typical(_kernel.AxesOf(r)));

    /// <summary>What happens once a point, outside reductions.</summary>
    private double PointCost(Axis? vector)
    {
        var inside = _kernel.Reductions.SelectMany(r => _kernel.AxesOf(r)).ToHashSet();
        return 1 + _kernel.Loads.Where(l => !_kernel.AxesIn(l).Overlaps(inside)).Sum(l => AccessCost(_kernel[l], vector))
            + (1.5 * _kernel.Kernel.Stores.Sum(s => AccessCost(_kernel[s], vector)));
    }

    /// <summary>A reduction's steps; along one of its own loops, divided by the lanes that it fills.</summary>
    private double BodyCost(Reduction reduction, Axis? vector)
    {
        var axes = _kernel.AxesOf(reduction);
        var steps = Typical(axes) / (vector is not null && axes.Contains(vector) ? Filled(vector) : 1);
        var loads = _kernel.Loads.Where(l => _kernel.AxesIn(l).Overlaps(axes));
        return steps * (1 + loads.Sum(l => AccessCost(_kernel[l], vector)));
    }

    private double AccessCost(Access access, Axis? vector)
    {
        if (vector is null || !_kernel.AxesIn(access).Contains(vector))
        {
            return 0.5;
        }

        var isUnit = access.Linear[vector] == Dim.One && !access.Rest.Any(r => _kernel.AxesIn(r.Index).Contains(vector));
        return isUnit ? 1
            : LaneShuffle.Find(access, vector, _lanes, i => _kernel.AxesIn(i).Contains(vector)) is { } shuffle ? 2 * shuffle.Every
            : 1.5 * _lanes;
    }

    /// <summary>The lanes that a loop fills on average.</summary>
    private double Filled(Axis axis)
    {
        var extent = Typical([axis]);
        return extent / Math.Ceiling(extent / _lanes);
    }

    private static double Typical(IEnumerable<Axis> axes) => axes.Aggregate(1.0, (product, a) => product * a.Extent.Evaluate(_ => TypicalSize));
}
