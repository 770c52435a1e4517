using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>
/// ⌊numerator / divisor⌋ with a linear numerator: the position that the adjoint of a strided window reads. A plain linear
/// index has divisor 1.
/// </summary>
public sealed record SteppedIndex(LinearIndex Numerator, long Divisor)
{
    /// <summary>Reads an integer expression; null where it has another form.</summary>
    public static SteppedIndex? Parse(ScalarExpression expression) => LinearIndex.Parse(expression) is { } linear
        ? new(linear, 1)
        : expression switch
        {
            Apply { Function: ScalarFunction.FloorDivide, Arguments: [var a, IntConstant { Value: > 0 } by] } when LinearIndex.Parse(a) is { } numerator =>
                new(numerator, by.Value),
            Apply { Function: ScalarFunction.Add, Arguments: [var a, var b] } => Shift(Parse(a), LinearIndex.Parse(b)) ?? Shift(Parse(b), LinearIndex.Parse(a)),
            Apply { Function: ScalarFunction.Subtract, Arguments: [var a, var b] } => Shift(Parse(a), LinearIndex.Parse(b)?.Times(-1)),
            _ => null,
        };

    public bool Is(SteppedIndex other) => Divisor == other.Divisor && Numerator.Is(other.Numerator);

    /// <summary>⌊n / d⌋ + k = ⌊(n + k·d) / d⌋.</summary>
    private static SteppedIndex? Shift(SteppedIndex? index, LinearIndex? by) =>
        index is null || by is null ? null : index with { Numerator = index.Numerator.Plus(by.Times(index.Divisor)) };
}
