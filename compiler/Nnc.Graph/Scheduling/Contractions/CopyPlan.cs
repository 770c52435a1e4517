using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>A loop of a copy, with the distances that a step makes in the source and in the target.</summary>
/// <param name="First">Where the source begins: positions before it are zero in the target.</param>
/// <param name="Limit">Where the source ends, if that may be before the extent; null where it covers the whole extent.</param>
public sealed record CopyAxis(Dim Extent, long First, Dim? Limit, Dim Source, Dim Target)
{
    /// <summary>Whether the target has zeros along this axis.</summary>
    public bool IsPadded => First > 0 || Limit is not null;
}

/// <summary>
/// A kernel that only copies a tensor to another order of axes, perhaps between zeros: rows are moved by vectors, and where the
/// innermost axes differ, squares of vectors are transposed in registers.
/// </summary>
/// <param name="Axes">In the target's order in memory, outermost first; loops that move alike in both are one.</param>
public sealed record CopyPlan(Buffer Source, Buffer Target, ImmutableArray<CopyAxis> Axes, Dim SourceStart, Dim TargetStart)
{
    /// <summary>The axis along which neighbours lie side by side in the source.</summary>
    public CopyAxis SourceRow => Axes.First(a => a.Source == Dim.One);

    /// <summary>The axis along which neighbours lie side by side in the target.</summary>
    public CopyAxis TargetRow => Axes[^1];

    /// <summary>Whether the target has zeros.</summary>
    public bool Fills => Axes.Any(a => a.IsPadded);

    public Dim Count => Axes.Aggregate(Dim.One, (product, a) => product * a.Extent);

    /// <summary>The plan of a kernel that is such a copy; null for any other.</summary>
    public static CopyPlan? TryParse(Kernel kernel)
    {
        if (kernel is not { Contraction: null, Opaque: null, Stores: [{ Accumulate: false } store] }
            || store.Buffer.Element != ElementType.Real
            || Operand.Parse(store.Value) is not { } source || source.Index.Any(i => i.Divisor != 1)
            || Storage(source.Buffer) == Storage(store.Buffer)
            || Linear(store) is not { } target)
        {
            return null;
        }

        var axes = ImmutableArray.CreateBuilder<CopyAxis>();
        foreach (var axis in kernel.Axes.Where(a => a.Extent != Dim.One))
        {
            if (Parse(axis, source, target) is not { } parsed)
            {
                return null;
            }

            axes.Add(parsed);
        }

        // Axes of extent one may still be guarded.
        var guarded = source.Index.Where((i, d) => source.IsGuarded[d]).SelectMany(i => i.Numerator.Coefficients.Keys);
        var plan = new CopyPlan(source.Buffer, store.Buffer, Merge(axes), source.Address.Constant, target.Constant);
        return source.Index.Where((i, d) => source.IsGuarded[d] && i.Numerator.Coefficients.Count != 1).Any()
            || guarded.Any(a => a.Extent == Dim.One) || !plan.IsWalkable(store) ? null : plan;
    }

    private bool IsWalkable(Store store) => Axes.Length > 0 && TargetRow.Target == Dim.One && Axes.Any(a => a.Source == Dim.One)
        && Axes.All(a => a.Target != Dim.Zero) && (!Fills || (store.Buffer.StorageCount == Count && TargetStart == Dim.Zero));

    private static Buffer Storage(Buffer buffer) => Scheduling.Storage.Owner(buffer);

    private static LinearIndex? Linear(Store store)
    {
        var index = store.Index.Select(LinearIndex.Parse).ToArray();
        return index.Contains(null) ? null : index.Select((i, d) => i!.Times(store.Buffer.Stride(d)))
            .Aggregate(LinearIndex.Of(store.Buffer.Origin), (sum, part) => sum.Plus(part));
    }

    private static CopyAxis? Parse(Axis axis, Operand source, LinearIndex target)
    {
        var (first, limit) = (0L, (Dim?)null);
        foreach (var (index, d) in source.Index.Select((i, d) => (i.Numerator, d)).Where(p => source.IsGuarded[p.d] && p.Numerator[axis] != Dim.Zero))
        {
            if (limit is not null || index[axis] != Dim.One || index.Coefficients.Count != 1 || !index.Constant.IsConstant)
            {
                return null;
            }

            first = Math.Max(0, -index.Constant.ConstantValue);
            limit = source.Buffer.Shape[d] - index.Constant;
        }

        return new(axis.Extent, first, limit, source.Address[axis], target[axis]);
    }

    /// <summary>Sorts axes by their steps in the target, and makes one of two neighbours that follow each other in both buffers.</summary>
    private static ImmutableArray<CopyAxis> Merge(IEnumerable<CopyAxis> axes)
    {
        var merged = new List<CopyAxis>();
        foreach (var axis in axes.OrderByDescending(a => TypicalSize.Of(a.Target)))
        {
            if (merged.Count > 0 && merged[^1] is { IsPadded: false } outer && !axis.IsPadded
                && outer.Source == axis.Source * axis.Extent && outer.Target == axis.Target * axis.Extent)
            {
                merged[^1] = axis with { Extent = outer.Extent * axis.Extent };
            }
            else
            {
                merged.Add(axis);
            }
        }

        return [.. merged];
    }
}
