using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>How the points of a loop nest fall on the elements of a buffer.</summary>
internal static class AccessPattern
{
    /// <summary>
    /// Where a load at <paramref name="load"/> visits exactly the element that the store at <paramref name="store"/> writes, up
    /// to the names of axes: for each axis of the store's kernel the axis of the load's. Null where the two differ in more.
    /// </summary>
    public static ImmutableDictionary<Axis, Axis>? Match(
        ImmutableArray<ScalarExpression> store, ImmutableArray<Axis> storeAxes, ImmutableArray<ScalarExpression> load, ImmutableArray<Axis> loadAxes)
    {
        if (storeAxes.Length != loadAxes.Length)
        {
            return null;
        }

        var map = ImmutableDictionary<Axis, Axis>.Empty;
        foreach (var (written, read) in store.Zip(load))
        {
            switch (written, read)
            {
                case (AxisValue s, AxisValue l) when s.Axis.Extent == l.Axis.Extent && loadAxes.Contains(l.Axis)
                    && (!map.TryGetValue(s.Axis, out var known) ? !map.ContainsValue(l.Axis) : known == l.Axis):
                    map = map.SetItem(s.Axis, l.Axis);
                    break;
                case (IntConstant a, IntConstant b) when a.Value == b.Value:
                    break;
                default:
                    return null;
            }
        }

        return map.Count == storeAxes.Length ? map : null;
    }

    /// <summary>Whether no two points of the axes in scope read the same element, so that computing it at each read costs nothing more.</summary>
    public static bool IsInjective(ScalarPool pool, ImmutableArray<ScalarExpression> index, IEnumerable<Axis> scope)
    {
        var open = scope.ToHashSet();
        foreach (var form in index.Select(pool.Affine))
        {
            if (form.Terms.Values.Any(t => t.Atom is not AxisValue || !t.Coefficient.IsConstant))
            {
                return false;
            }

            // i·8 + j·2 + k tells its axes apart where each coefficient exceeds the reach of the smaller ones.
            Dim reach = 0;
            foreach (var term in form.Terms.Values.OrderBy(t => Math.Abs(t.Coefficient.ConstantValue)))
            {
                var size = Math.Abs(term.Coefficient.ConstantValue);
                if (!Bounds.IsNonNegative(size - reach - 1))
                {
                    return false;
                }

                var axis = ((AxisValue)term.Atom).Axis;
                reach += (axis.Extent - 1) * size;
                open.Remove(axis);
            }
        }

        return open.Count == 0;
    }
}
