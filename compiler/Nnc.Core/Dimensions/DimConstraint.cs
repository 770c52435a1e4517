namespace Nnc.Core.Dimensions;

public enum DimRelation
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,

    /// <summary>The left side is a multiple of the right one: <c>D % heads == 0</c>.</summary>
    Divisible,
}

/// <summary>A relation between two sizes: what a <c>where</c> clause states, or what an equation needs.</summary>
public sealed record DimConstraint(Dim Left, DimRelation Relation, Dim Right)
{
    /// <summary>Whether it holds for given sizes.</summary>
    /// <exception cref="DivideByZeroException">A divisor is 0 for these sizes.</exception>
    /// <exception cref="OverflowException">A value does not fit 64 bits.</exception>
    public bool Holds(Func<DimSymbol, long> sizes) => Holds(Left.Evaluate(sizes), Right.Evaluate(sizes)) ?? throw new DivideByZeroException();

    /// <summary>Whether it holds for given sizes; null where the arithmetic does not fit 64 bits or divides by 0. It throws nothing.</summary>
    internal bool? TryHolds(Func<DimSymbol, long> sizes) =>
        DimEvaluation.TryRun(Left, sizes, out var left) && DimEvaluation.TryRun(Right, sizes, out var right) ? Holds(left, right) : null;

    private bool? Holds(long left, long right) => Relation switch
    {
        DimRelation.Equal => left == right,
        DimRelation.NotEqual => left != right,
        DimRelation.Greater => left > right,
        DimRelation.GreaterOrEqual => left >= right,
        DimRelation.Less => left < right,
        DimRelation.LessOrEqual => left <= right,
        DimRelation.Divisible => right switch
        {
            0 => null,
            -1 => true,
            _ => left % right == 0,
        },
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public IEnumerable<DimSymbol> Symbols() => Left.Symbols().Concat(Right.Symbols()).Distinct();

    /// <summary>As it is written in a source, with the signs of mathematics.</summary>
    public override string ToString() => Relation switch
    {
        DimRelation.Equal => $"{Left} = {Right}",
        DimRelation.NotEqual => $"{Left} ≠ {Right}",
        DimRelation.Greater => $"{Left} > {Right}",
        DimRelation.GreaterOrEqual => $"{Left} ≥ {Right}",
        DimRelation.Less => $"{Left} < {Right}",
        DimRelation.LessOrEqual => $"{Left} ≤ {Right}",
        DimRelation.Divisible => $"{Left} is a multiple of {Right}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
