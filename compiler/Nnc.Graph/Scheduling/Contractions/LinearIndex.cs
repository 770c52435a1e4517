using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>An integer that moves linearly with the loops: Σ coefficient · axis + constant. No coefficient is zero.</summary>
public sealed class LinearIndex
{
    private LinearIndex(ImmutableDictionary<Axis, Dim> coefficients, Dim constant) => (Coefficients, Constant) = (coefficients, constant);

    public ImmutableDictionary<Axis, Dim> Coefficients { get; }

    public Dim Constant { get; }

    public static LinearIndex Of(Dim constant) => new(ImmutableDictionary<Axis, Dim>.Empty, constant);

    public static LinearIndex Of(Axis axis) => new(ImmutableDictionary<Axis, Dim>.Empty.Add(axis, Dim.One), Dim.Zero);

    public Dim this[Axis axis] => Coefficients.GetValueOrDefault(axis, Dim.Zero);

    public bool IsConstant => Coefficients.IsEmpty;

    public LinearIndex Plus(LinearIndex other)
    {
        var sum = Coefficients;
        foreach (var (axis, coefficient) in other.Coefficients)
        {
            var together = sum.GetValueOrDefault(axis, Dim.Zero) + coefficient;
            sum = together == Dim.Zero ? sum.Remove(axis) : sum.SetItem(axis, together);
        }

        return new(sum, Constant + other.Constant);
    }

    public LinearIndex Times(Dim factor) => factor == Dim.Zero
        ? Of(Dim.Zero)
        : new(Coefficients.ToImmutableDictionary(c => c.Key, c => c.Value * factor), Constant * factor);

    public LinearIndex Minus(LinearIndex other) => Plus(other.Times(-1));

    /// <summary>The index with another in place of an axis.</summary>
    public LinearIndex Replace(Axis axis, LinearIndex place) =>
        new LinearIndex(Coefficients.Remove(axis), Constant).Plus(place.Times(this[axis]));

    /// <summary>Whether both move alike and start alike.</summary>
    public bool Is(LinearIndex other)
    {
        var difference = Minus(other);
        return difference.IsConstant && difference.Constant == Dim.Zero;
    }

    /// <summary>The least and the greatest value over the axes' extents; null where a coefficient's sign is not known.</summary>
    public (Dim Least, Dim Greatest)? Range()
    {
        var (least, greatest) = (Constant, Constant);
        foreach (var (axis, coefficient) in Coefficients)
        {
            if (!coefficient.IsConstant)
            {
                return null;
            }

            var reach = (axis.Extent - 1) * coefficient;
            (least, greatest) = coefficient.ConstantValue > 0 ? (least, greatest + reach) : (least + reach, greatest);
        }

        return (least, greatest);
    }

    /// <summary>The same value as an expression of a loop nest.</summary>
    public ScalarExpression ToExpression() => Coefficients.OrderBy(c => c.Key.Name, StringComparer.Ordinal)
        .Select(c => IndexMath.Multiply(new AxisValue(c.Key), c.Value))
        .Append(IndexMath.Constant(Constant))
        .Aggregate(IndexMath.Add);

    /// <summary>Reads an integer expression; null where it is not linear.</summary>
    public static LinearIndex? Parse(ScalarExpression expression) => expression switch
    {
        IntConstant constant => Of(constant.Value),
        SizeValue size => Of(size.Size),
        AxisValue axis => Of(axis.Axis),
        Apply { Function: ScalarFunction.Add, Arguments: [var a, var b] } => Both(a, b, (x, y) => x.Plus(y)),
        Apply { Function: ScalarFunction.Subtract, Arguments: [var a, var b] } => Both(a, b, (x, y) => x.Minus(y)),
        Apply { Function: ScalarFunction.Negate, Arguments: [var a] } => Parse(a)?.Times(-1),
        Apply { Function: ScalarFunction.Multiply, Arguments: [var a, var b] } => Both(a, b, Product),
        _ => null,
    };

    private static LinearIndex? Product(LinearIndex a, LinearIndex b) =>
        a.IsConstant ? b.Times(a.Constant) : b.IsConstant ? a.Times(b.Constant) : null;

    private static LinearIndex? Both(ScalarExpression a, ScalarExpression b, Func<LinearIndex, LinearIndex, LinearIndex?> combine) =>
        Parse(a) is { } x && Parse(b) is { } y ? combine(x, y) : null;
}
