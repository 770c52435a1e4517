using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Gives the groups of a grouped convolution an axis of their own, so that its indices are linear.</summary>
/// <example><c>y[o] = Σ_c x[(o / 4)·8 + c]·w[o, c]</c> → <c>y[4g + o] = Σ_c x[8g + c]·w[4g + o, c]</c></example>
internal static class GroupSplitting
{
    public static Kernel Apply(ScalarPool pool, Kernel kernel)
    {
        while (!kernel.Axes.IsEmpty && kernel.Opaque is null && FindGroups(kernel) is var (axis, size))
        {
            var group = new Axis($"{axis.Name}g", Dim.FloorDiv(axis.Extent, size));
            var member = new Axis(axis.Name, size);
            var position = pool.FromAffine(pool.Affine(pool.Make(new AxisValue(group))).Times(size).Plus(pool.Affine(pool.Make(new AxisValue(member)))));
            var positions = new Dictionary<Axis, ScalarExpression> { [axis] = position };
            var place = kernel.Axes.IndexOf(axis);
            kernel = kernel with
            {
                Axes = kernel.Axes.SetItem(place, member).Insert(place, group),
                Stores = [.. kernel.Stores.Select(s => s with
                {
                    Index = [.. s.Index.Select(i => Substitution.Axes(pool, i, positions))],
                    Value = Substitution.Axes(pool, s.Value, positions),
                })],
            };
        }

        return kernel;
    }

    /// <summary>A kernel axis that operands of the kernel's only sum divide by a size that goes into it.</summary>
    private static (Axis Axis, long Size)? FindGroups(Kernel kernel)
    {
        var reductions = ScalarParts.DescendantsAndSelf(kernel.Stores.Select(s => s.Value)).OfType<Reduction>().ToArray();
        if (reductions is not [var sum] || !ContractionPattern.IsSumOfProducts(sum))
        {
            return null;
        }

        foreach (var part in ScalarParts.DescendantsAndSelf(sum.Body))
        {
            if (part is Apply { Function: ScalarFunction.FloorDivide or ScalarFunction.Modulo, Arguments: [AxisValue { Axis: var axis }, IntConstant { Value: > 1 and var size }] }
                && kernel.Axes.Contains(axis) && axis.Extent.IsConstant && axis.Extent.ConstantValue % size == 0)
            {
                return (axis, size);
            }
        }

        return null;
    }
}
