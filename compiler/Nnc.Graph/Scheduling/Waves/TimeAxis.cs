using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Waves;

/// <summary>The axis of a kernel that runs over the steps of a recurrence, perhaps together with the rows of each.</summary>
/// <param name="Points">The axis's positions that belong to a step: 1, or the rows of a step.</param>
internal sealed record TimeAxis(Axis Axis, Dim Points)
{
    /// <summary>The axes of a kernel that walk the steps of a tensor whose steps lie some elements apart.</summary>
    public static IEnumerable<TimeAxis> Candidates(ScalarPool pool, Kernel kernel, Buffer buffer, ImmutableArray<ScalarExpression> index, Dim step, Dim length)
    {
        foreach (var axis in kernel.Axes)
        {
            if (Place(pool, axis, buffer, index) is var (place, _) && buffer.Stride(place) is var stride
                && Dim.FloorDiv(step, stride) is var points && points * stride == step && axis.Extent == points * length)
            {
                yield return new(axis, points);
            }
        }
    }

    /// <summary>What the kernel touches at each step; null where a store does not keep to its step.</summary>
    public ImmutableArray<StepAccess>? Accesses(ScalarPool pool, Kernel kernel)
    {
        var writes = kernel.Stores.Select(s => Access(pool, s.Buffer, s.Index, true)).ToArray();
        return writes.Any(w => w.Start is null)
            ? null
            : [.. writes.Concat(KernelReads.Loads(kernel).Select(l => Access(pool, l.Buffer, l.Index, false))).Distinct()];
    }

    /// <summary>The one place of an index that is the axis, or the axis and a constant, with that constant; null where there is no such place.</summary>
    public static (int Place, Dim Constant)? Place(ScalarPool pool, Axis axis, Buffer buffer, ImmutableArray<ScalarExpression> index)
    {
        int[] places = [.. Enumerable.Range(0, index.Length).Where(d => ContractionPattern.AxesIn(index[d]).Contains(axis))];
        return places is [var place] && buffer.Layout.Halo.All(h => h == default)
            && pool.Affine(pool.Canonical(index[place])) is { Terms: { Count: 1 } terms, Constant: var constant }
            && terms.Values.First() is { Atom: AxisValue value, Coefficient: var coefficient } && value.Axis == axis && coefficient == Dim.One
                ? (place, constant)
                : null;
    }

    private StepAccess Access(ScalarPool pool, Buffer buffer, ImmutableArray<ScalarExpression> index, bool isWrite)
    {
        var owner = Storage.Owner(buffer);
        if (Place(pool, Axis, buffer, index) is not var (place, constant) || !IsOutermost(buffer, place))
        {
            return new(owner, isWrite);
        }

        var stride = buffer.Stride(place);
        return new(owner, isWrite, buffer.Origin + (constant * stride), Points * stride, Points * stride);
    }

    /// <summary>Whether a step's elements lie together: no axis of more than one position lies around the place.</summary>
    private static bool IsOutermost(Buffer buffer, int place) =>
        buffer.Layout.Order.TakeWhile(d => d != place).All(d => buffer.Shape[d] == Dim.One);
}
