using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>An integer expression as Σ coefficient · atom + constant; an atom is an axis or whatever is not linear.</summary>
internal sealed record AffineForm(ImmutableSortedDictionary<int, AffineTerm> Terms, Dim Constant)
{
    public static AffineForm Of(Dim constant) => new(ImmutableSortedDictionary<int, AffineTerm>.Empty, constant);

    /// <param name="order">A number that is the same for equal atoms; terms are kept in its order.</param>
    public static AffineForm Of(ScalarExpression atom, int order) =>
        new(ImmutableSortedDictionary<int, AffineTerm>.Empty.Add(order, new(atom, Dim.One)), Dim.Zero);

    public bool IsConstant => Terms.IsEmpty;

    public AffineForm Plus(AffineForm other)
    {
        var terms = Terms;
        foreach (var (order, term) in other.Terms)
        {
            var sum = (terms.TryGetValue(order, out var mine) ? mine.Coefficient : Dim.Zero) + term.Coefficient;
            terms = sum == Dim.Zero ? terms.Remove(order) : terms.SetItem(order, term with { Coefficient = sum });
        }

        return new(terms, Constant + other.Constant);
    }

    public AffineForm Times(Dim factor) => factor == Dim.Zero
        ? Of(Dim.Zero)
        : new(
            Terms.Select(t => KeyValuePair.Create(t.Key, t.Value with { Coefficient = t.Value.Coefficient * factor })).ToImmutableSortedDictionary(),
            Constant * factor);

    /// <summary>Splits into (quotient, rest) with this = quotient · divisor + rest, every exactly divisible term in the quotient.</summary>
    public (AffineForm Quotient, AffineForm Remainder) DivideBy(Dim divisor)
    {
        var quotient = Of(Dim.Zero);
        var rest = Of(Dim.Zero);
        foreach (var (order, term) in Terms)
        {
            var (q, r) = Divide(term.Coefficient, divisor);
            quotient = quotient.Plus(Single(order, term.Atom, q));
            rest = rest.Plus(Single(order, term.Atom, r));
        }

        var (constant, remainder) = Divide(Constant, divisor);
        return (quotient with { Constant = constant }, rest with { Constant = remainder });
    }

    private static AffineForm Single(int order, ScalarExpression atom, Dim coefficient) => coefficient == Dim.Zero
        ? Of(Dim.Zero)
        : new(ImmutableSortedDictionary<int, AffineTerm>.Empty.Add(order, new(atom, coefficient)), Dim.Zero);

    private static (Dim Quotient, Dim Remainder) Divide(Dim value, Dim divisor)
    {
        var quotient = Dim.FloorDiv(value, divisor);
        return (value.IsConstant && divisor.IsConstant) || quotient * divisor == value
            ? (quotient, value - quotient * divisor)
            : (Dim.Zero, value);
    }
}

internal sealed record AffineTerm(ScalarExpression Atom, Dim Coefficient);
