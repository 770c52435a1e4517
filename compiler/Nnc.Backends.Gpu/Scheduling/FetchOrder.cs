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

        return Step(load.Buffer, load.Index, reduction) < Step(load.Buffer, load.Index, side);
    }

    /// <summary>Whether neighbours in memory of what a kernel stores lie along its rows' axes rather than along its columns'.</summary>
    public static bool RunsAlong(Store store, ImmutableArray<Axis> rows, ImmutableArray<Axis> columns) =>
        Step(store.Buffer, store.Index, rows) < Step(store.Buffer, store.Index, columns);

    /// <summary>How far the innermost axis that moves the place in a buffer at all moves it.</summary>
    private static double Step(Buffer buffer, ImmutableArray<ScalarExpression> index, ImmutableArray<Axis> axes) => axes.Reverse()
        .Select(a => index.Select((part, d) => LinearIndex.Parse(part) is { } i ? Math.Abs(TypicalSize.Of(i[a] * buffer.Stride(d))) : 0).Sum())
        .FirstOrDefault(step => step > 0, double.MaxValue);
}
