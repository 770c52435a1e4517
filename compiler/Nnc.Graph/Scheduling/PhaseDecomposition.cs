using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Splits the adjoint of a strided window into one kernel for each remainder of its positions, in which only the taps that hit
/// remain: no guard on divisibility, no division, and no product that is known to be zero.
/// </summary>
/// <example>
/// <c>dx[i] = Σ_u [(i + u) mod 2 = 0] dy[(i + u) / 2]·w[u]</c>, u &lt; 3 →
/// <c>dx[2i] = Σ_{u &lt; 2} dy[i + u]·w[2u]; dx[2i + 1] = Σ_{u &lt; 1} dy[i + u + 1]·w[2u + 1]</c>
/// </example>
internal static class PhaseDecomposition
{
    public static IEnumerable<Kernel> Apply(ScalarPool pool, Kernel kernel) =>
        FindStride(pool, kernel) is { } stride ? Phases(pool, kernel, stride).SelectMany(k => Apply(pool, k)) : [kernel];

    private static IEnumerable<Kernel> Phases(ScalarPool pool, Kernel kernel, Stride stride)
    {
        for (var phase = 0L; phase < stride.Size; phase++)
        {
            var axis = new Axis(stride.Position.Name, Dim.CeilDiv(stride.Position.Extent - phase, stride.Size));
            if (axis.Extent == Dim.Zero)
            {
                continue;
            }

            var position = Split(pool, axis, stride.Size, phase);
            var first = FirstTap(stride, phase);
            yield return kernel with
            {
                Axes = [.. kernel.Axes.Replace(stride.Position, axis).Where(a => a.Extent != Dim.One)],
                Stores = [.. kernel.Stores.Select(s => s with
                {
                    Index = [.. s.Index.Select(i => AtPhase(pool, i, stride, position, first))],
                    Value = AtPhase(pool, s.Value, stride, position, first),
                })],
            };
        }
    }

    /// <summary>The first tap that hits at a phase; null if none does.</summary>
    private static long? FirstTap(Stride stride, long phase)
    {
        var candidates = Math.Min(stride.Size, stride.Tap?.Extent.ConstantValue ?? 1);
        for (var tap = 0L; tap < candidates; tap++)
        {
            if ((phase + tap * stride.TapStep + stride.Offset) % stride.Size == 0)
            {
                return tap;
            }
        }

        return null;
    }

    private static ScalarExpression AtPhase(ScalarPool pool, ScalarExpression expression, Stride stride, ScalarExpression position, long? first)
    {
        var positions = new Dictionary<Axis, ScalarExpression> { [stride.Position] = position };
        Axis? axis = null;
        if (stride.Tap is not null && first is { } tap)
        {
            axis = new Axis(stride.Tap.Name, Dim.CeilDiv(stride.Tap.Extent - tap, stride.Size));
            positions.Add(stride.Tap, Split(pool, axis, stride.Size, tap));
        }

        return pool.Rewrite(expression, e => e switch
        {
            Reduction when first is null => pool.Make(new RealConstant(0)),
            Reduction r when axis is not null => pool.Make(r with { Axes = r.Axes.Replace(stride.Tap!, axis) }),
            AxisValue a => positions.GetValueOrDefault(a.Axis),
            _ => null,
        });
    }

    private static ScalarExpression Split(ScalarPool pool, Axis axis, long size, long phase) => pool.FromAffine(
        pool.Affine(pool.Make(new AxisValue(axis))).Times(size).Plus(AffineForm.Of(phase)));

    /// <summary>A guard (position + step·tap + offset) mod size = 0 inside the kernel's only reduction, a sum.</summary>
    private static Stride? FindStride(ScalarPool pool, Kernel kernel)
    {
        var reductions = ScalarParts.DescendantsAndSelf(kernel.Stores.Select(s => s.Value)).OfType<Reduction>().ToArray();
        if (reductions is not [{ Kind: ReductionKind.Sum } sum])
        {
            return null;
        }

        return ScalarParts.DescendantsAndSelf(sum.Body).OfType<Guarded>()
            .SelectMany(g => Conjuncts(g.Condition))
            .Select(c => AsStride(pool, c, kernel, sum))
            .FirstOrDefault(s => s is not null);
    }

    private static IEnumerable<ScalarExpression> Conjuncts(ScalarExpression condition) =>
        condition is Apply { Function: ScalarFunction.And, Arguments: var both } ? both.SelectMany(Conjuncts) : [condition];

    private static Stride? AsStride(ScalarPool pool, ScalarExpression condition, Kernel kernel, Reduction sum)
    {
        if (condition is not Apply
            {
                Function: ScalarFunction.Equal,
                Arguments: [Apply { Function: ScalarFunction.Modulo, Arguments: [var sumOfPositions, IntConstant { Value: > 1 } size] }, IntConstant { Value: 0 }],
            })
        {
            return null;
        }

        var form = pool.Affine(sumOfPositions);
        var position = Only(form, kernel.Axes);
        var tap = Only(form, sum.Axes);
        if (position is null || position.Value.Step is not (1 or -1) || !position.Value.Axis.Extent.IsConstant || !form.Constant.IsConstant
            || form.Terms.Count != (tap is null ? 1 : 2))
        {
            return null;
        }

        // −position ≡ 0 exactly where position ≡ 0, so the signs of all terms may be turned round together.
        var sign = position.Value.Step;
        if (tap is not var (axis, step))
        {
            return new Stride(position.Value.Axis, null, 0, form.Constant.ConstantValue * sign, size.Value);
        }

        // With a common factor of step and size, several taps of a period would hit.
        var solutions = Enumerable.Range(0, (int)size.Value).Count(t => t * step % size.Value == 0);
        return solutions == 1 && axis.Extent.IsConstant
            ? new Stride(position.Value.Axis, axis, step * sign, form.Constant.ConstantValue * sign, size.Value)
            : null;
    }

    private static (Axis Axis, long Step)? Only(AffineForm form, ImmutableArray<Axis> among)
    {
        var terms = form.Terms.Values.Where(t => t.Atom is AxisValue a && among.Contains(a.Axis) && t.Coefficient.IsConstant).ToArray();
        return terms is [var term] ? (((AxisValue)term.Atom).Axis, term.Coefficient.ConstantValue) : null;
    }

    /// <summary>position + TapStep·tap + Offset must be divisible by Size.</summary>
    private sealed record Stride(Axis Position, Axis? Tap, long TapStep, long Offset, long Size);
}
