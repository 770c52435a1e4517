using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>The least and the greatest value of an integer expression where they are known; both inclusive.</summary>
internal readonly record struct Bounds(Dim? Least, Dim? Greatest)
{
    public static Bounds Of(AffineForm form)
    {
        Dim? least = form.Constant;
        Dim? greatest = form.Constant;
        foreach (var (_, term) in form.Terms)
        {
            var (low, high) = OfAtom(term.Atom);
            var rises = IsNonNegative(term.Coefficient);
            if (!rises && !IsNonNegative(-term.Coefficient))
            {
                return default;
            }

            least = Add(least, rises ? low : high, term.Coefficient);
            greatest = Add(greatest, rises ? high : low, term.Coefficient);
        }

        return new(least, greatest);
    }

    /// <summary>Whether a size expression is at least zero for every size its symbols allow. False where it is not seen.</summary>
    public static bool IsNonNegative(Dim dim)
    {
        if (dim.IsConstant)
        {
            return dim.ConstantValue >= 0;
        }

        // With every symbol written as its minimum plus something that is not negative, only such terms may stay.
        var shifted = dim.Substitute(s => Dim.Symbol(s) + s.Minimum);
        return shifted.Terms.All(t => t.Coefficient >= 0 && t.Factors.All(f => IsNonNegativeAtom(f.Atom)));
    }

    public static bool IsNegative(Dim dim) => IsNonNegative(-dim - 1);

    private static bool IsNonNegativeAtom(DimAtom atom) => atom switch
    {
        DimSymbol => true,
        DimFloor floor => IsNonNegative(floor.Numerator) && IsNonNegative(floor.Denominator),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Dim? Add(Dim? sum, Dim? value, Dim coefficient) => sum is null || value is null ? null : sum + value * coefficient;

    private static Bounds OfAtom(ScalarExpression atom) => atom switch
    {
        AxisValue { Axis: var axis } => new(Dim.Zero, axis.Extent - 1),
        Apply { Function: ScalarFunction.Modulo, Arguments: [_, var divisor] } when ScalarPool.AsSize(divisor) is { } d && IsNonNegative(d - 1) =>
            new(Dim.Zero, d - 1),
        Apply { Function: ScalarFunction.ToInt, Arguments: [{ Element: ElementType.Bool }] } => new(Dim.Zero, Dim.One),
        _ => default,
    };
}
