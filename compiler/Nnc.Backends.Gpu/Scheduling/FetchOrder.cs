using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Backends.Gpu.Scheduling;

/// <summary>In which order threads fetch a block of a factor: neighbours should read neighbours in memory.</summary>
internal static class FetchOrder
{
    /// <summary>Whether neighbours in memory lie along the reduction rather than along the side of the tile.</summary>
    public static bool RunsAlong(ScalarExpression factor, ImmutableArray<Axis> reduction, ImmutableArray<Axis> side)
    {
        if (ScalarParts.DescendantsAndSelf(factor).OfType<Load>().FirstOrDefault() is not { } load)
        {
            return false;
        }

        return Step(reduction) < Step(side);

        // How far the innermost axis that moves the load at all moves it.
        double Step(ImmutableArray<Axis> axes) => axes.Reverse()
            .Select(a => load.Index.Select((index, d) => LinearIndex.Parse(index) is { } i ? Math.Abs(TypicalSize.Of(i[a] * load.Buffer.Stride(d))) : 0).Sum())
            .FirstOrDefault(step => step > 0, double.MaxValue);
    }
}
