using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>Decides comparisons of indices by their bounds and folds what becomes constant.</summary>
/// <example><c>0 ≤ i + u and i + u &lt; 28</c> with i &lt; 24 and u &lt; 5 → <c>true</c>, so that the guard around a load disappears.</example>
internal static class ScalarFolding
{
    /// <summary>A simpler expression of equal value, or null.</summary>
    public static ScalarExpression? Fold(ScalarPool pool, Apply apply) => apply.Arguments switch
    {
        [BoolConstant a] when apply.Function == ScalarFunction.Not => Bool(pool, !a.Value),
        [IntConstant c] when apply.Function == ScalarFunction.ToReal => pool.Make(new RealConstant(c.Value)),
        [var only] when apply.Function == ScalarFunction.ToInt && only.Element == ElementType.Int => only,
        [var only] when apply.Function == ScalarFunction.ToReal && only.Element == ElementType.Real => only,
        [BoolConstant c, var then, var otherwise] when apply.Function == ScalarFunction.Select => c.Value ? then : otherwise,
        [var a, var b] when apply.Function is ScalarFunction.And or ScalarFunction.Or => FoldLogic(pool, apply.Function, a, b),
        [var a, var b] when a.Element == ElementType.Int && b.Element == ElementType.Int =>
            Decide(pool, apply.Function, a, b) is { } known ? Bool(pool, known) : null,
        _ => null,
    };

    private static ScalarExpression? FoldLogic(ScalarPool pool, ScalarFunction function, ScalarExpression a, ScalarExpression b)
    {
        var isAnd = function == ScalarFunction.And;
        return (a, b) switch
        {
            (BoolConstant x, _) => x.Value == isAnd ? b : Bool(pool, !isAnd),
            (_, BoolConstant y) => y.Value == isAnd ? a : Bool(pool, !isAnd),
            _ => ReferenceEquals(a, b) ? a : null,
        };
    }

    private static bool? Decide(ScalarPool pool, ScalarFunction function, ScalarExpression a, ScalarExpression b)
    {
        var (least, greatest) = Bounds.Of(pool.Affine(a).Plus(pool.Affine(b).Times(-1)));
        var below = greatest is not null && Bounds.IsNegative(greatest);
        var above = least is not null && Bounds.IsNegative(-least);
        var notAbove = greatest is not null && Bounds.IsNonNegative(-greatest);
        var notBelow = least is not null && Bounds.IsNonNegative(least);
        return function switch
        {
            ScalarFunction.Less => below ? true : notBelow ? false : null,
            ScalarFunction.LessOrEqual => notAbove ? true : above ? false : null,
            ScalarFunction.Greater => above ? true : notAbove ? false : null,
            ScalarFunction.GreaterOrEqual => notBelow ? true : below ? false : null,
            ScalarFunction.Equal => below || above ? false : notAbove && notBelow ? true : null,
            ScalarFunction.NotEqual => below || above ? true : notAbove && notBelow ? false : null,
            _ => null,
        };
    }

    private static ScalarExpression Bool(ScalarPool pool, bool value) => pool.Make(new BoolConstant(value));
}
