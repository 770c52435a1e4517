using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Recognises Σ lhs · rhs with operands that register tiles can walk.</summary>
internal static class ContractionPattern
{
    public static bool IsSumOfProducts(ScalarExpression value) =>
        value is Reduction { Kind: ReductionKind.Sum, Body: Apply { Function: ScalarFunction.Multiply } or Guarded { Value: Apply { Function: ScalarFunction.Multiply } } };

    /// <summary>
    /// The contraction that a reduction is, or null: a product of two loads with linear indices (each guarded by zero where a
    /// window may hang over), of which each depends on an axis of the result that the other does not.
    /// </summary>
    public static ContractionTerm? Match(ScalarPool pool, ScalarExpression value)
    {
        if (value is not Reduction { Kind: ReductionKind.Sum, Axes: var axes } reduction || Factors(pool, reduction.Body) is not var (left, right))
        {
            return null;
        }

        if (!IsOperand(pool, left) || !IsOperand(pool, right))
        {
            return null;
        }

        var ofLeft = AxesIn(left).Except(axes).ToHashSet();
        var ofRight = AxesIn(right).Except(axes).ToHashSet();
        return ofLeft.IsSubsetOf(ofRight) || ofRight.IsSubsetOf(ofLeft) ? null : new ContractionTerm(0, axes, left, right);
    }

    public static bool IsLinear(ScalarPool pool, ScalarExpression index) => pool.Affine(index).Terms.Values.All(t => t.Atom is AxisValue);

    public static IEnumerable<Axis> AxesIn(ScalarExpression expression) =>
        ScalarParts.DescendantsAndSelf(expression).OfType<AxisValue>().Select(a => a.Axis).Distinct();

    /// <summary>
    /// A guard around the product is a guard around either factor: Σ [c] l·r = Σ ([c] l)·r. It stays with the one that may leave
    /// its buffer without it; where both may, there are no two operands.
    /// </summary>
    private static (ScalarExpression Left, ScalarExpression Right)? Factors(ScalarPool pool, ScalarExpression body)
    {
        if (body is Apply { Function: ScalarFunction.Multiply, Arguments: [var first, var second] })
        {
            return (first, second);
        }

        if (body is not Guarded { Value: Apply { Function: ScalarFunction.Multiply, Arguments: [var left, var right] }, Otherwise: RealConstant { Value: 0 } } guarded)
        {
            return null;
        }

        return StaysInside(pool, right) ? (pool.Make(guarded with { Value = left }), right)
            : StaysInside(pool, left) ? (left, pool.Make(guarded with { Value = right }))
            : null;
    }

    /// <summary>Whether every load lies inside its buffer, whatever is guarded. False where it is not seen.</summary>
    private static bool StaysInside(ScalarPool pool, ScalarExpression expression) => expression switch
    {
        Load load => load.Index.Select((position, axis) => (Bounds: Bounds.Of(pool.Affine(position)), Size: load.Buffer.Shape[axis])).All(i =>
            i.Bounds is ({ } least, { } greatest) && Bounds.IsNonNegative(least) && Bounds.IsNonNegative(i.Size - 1 - greatest)),
        Guarded guarded => StaysInside(pool, guarded.Value),
        _ => false,
    };

    /// <summary>Whether tiles can walk a factor of a product: a load with linear indices, perhaps between zeros.</summary>
    public static bool IsOperand(ScalarPool pool, ScalarExpression expression) => expression switch
    {
        Load load => load.Element == ElementType.Real && load.Index.All(i => IsLinear(pool, i)),
        Guarded { Otherwise: RealConstant { Value: 0 } } guarded => IsOperand(pool, guarded.Value) && IsLinearCondition(pool, guarded.Condition),
        _ => false,
    };

    private static bool IsLinearCondition(ScalarPool pool, ScalarExpression condition) => condition switch
    {
        Apply { Function: ScalarFunction.And } both => both.Arguments.All(a => IsLinearCondition(pool, a)),
        Apply
        {
            Function: ScalarFunction.Less or ScalarFunction.LessOrEqual or ScalarFunction.Greater or ScalarFunction.GreaterOrEqual,
            Arguments: [{ Element: ElementType.Int } a, { Element: ElementType.Int } b],
        } => IsLinear(pool, a) && IsLinear(pool, b),
        _ => false,
    };
}
