using System.Collections.Immutable;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Shows that an expression is never negative. Symbols are shifted to start at 0, so that a polynomial without negative
/// coefficients is least there; floors are bounded by n − d + 1 ≤ d·⌊n/d⌋ ≤ n; the facts, each an expression known not to be
/// negative, take negative terms away. It never errs; it may fail to find a proof.
/// </summary>
internal sealed class DimBounds(ImmutableArray<Dim> facts, ImmutableDictionary<DimSymbol, long> minimums)
{
    private const int MaximumDepth = 5;
    private const int MaximumAttempts = 120;
    private int _attempts;

    public ImmutableArray<Dim> Facts => facts;

    public bool IsNonNegative(Dim dim)
    {
        _attempts = 0;
        return Search(dim, MaximumDepth);
    }

    public bool IsPositive(Dim dim) => IsNonNegative(dim - Dim.One);

    public long MinimumOf(DimSymbol symbol) => Math.Max(symbol.Minimum, minimums.GetValueOrDefault(symbol, long.MinValue));

    /// <summary>The same bounds after a replacement of symbols.</summary>
    public DimBounds Substitute(Func<DimSymbol, Dim?> replacement) =>
        new([.. facts.Select(f => f.Substitute(replacement))], minimums);

    private bool Search(Dim dim, int depth)
    {
        if (Least(dim) is >= 0)
        {
            return true;
        }

        if (depth == 0 || dim.IsConstant || ++_attempts > MaximumAttempts)
        {
            return false;
        }

        return WithoutFloors(dim).Concat(WithFacts(dim)).Any(weaker => Search(weaker, depth - 1));
    }

    /// <summary>A lower bound from the signs of the coefficients; null where a negative one remains.</summary>
    private long? Least(Dim dim)
    {
        var shifted = Dim.Zero;
        foreach (var term in dim.Terms)
        {
            var product = Dim.Constant(term.Coefficient);
            foreach (var (atom, power) in term.Factors)
            {
                if (FromZero(atom) is not { } start)
                {
                    return null;
                }

                product *= Dim.Power(start, power);
            }

            shifted += product;
        }

        return shifted.Terms.Any(t => !t.Factors.IsEmpty && t.Coefficient < 0)
            ? null
            : shifted.Terms.Where(t => t.Factors.IsEmpty).Sum(t => t.Coefficient);
    }

    /// <summary>The atom as its least value plus a symbol that here starts at 0; null if it has no known least value.</summary>
    private Dim? FromZero(DimAtom atom)
    {
        switch (atom)
        {
            case DimSymbol symbol:
                return Dim.Symbol(symbol) + MinimumOf(symbol);
            case DimFloor { Numerator: var n, Denominator: var d }:
                if (Least(n) is not { } least || Least(d) is not >= 1 || (least < 0 && !d.IsConstant))
                {
                    return null;
                }

                var lowest = d.IsConstant ? (long)DimDivision.FloorOf(least, d.ConstantValue) : 0;
                return Dim.Symbol(new DimSymbol(atom.ToString()!, Scope: int.MinValue, Minimum: 0)) + lowest;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Expressions below a positive multiple of this one, each with one floor bounded by its quotient.</summary>
    private IEnumerable<Dim> WithoutFloors(Dim dim)
    {
        foreach (var term in dim.Terms.OrderBy(t => t.Coefficient))
        {
            foreach (var (atom, power) in term.Factors)
            {
                if (atom is not DimFloor { Numerator: var n, Denominator: var d } || power != 1 || Least(d) is not >= 1)
                {
                    continue;
                }

                var bound = term.Coefficient < 0 ? n : n - d + Dim.One;
                var others = Dim.Sum([term with { Factors = [.. term.Factors.Where(f => !f.Atom.Equals(atom))] }]);
                if (Least(term.Coefficient < 0 ? -others : others) is >= 0)
                {
                    var rest = dim - Dim.Sum([term]);
                    yield return DimDivision.Exact(others, d) is { } share ? rest + share * bound : d * rest + others * bound;
                }
            }
        }
    }

    /// <summary>Expressions that, with a fact added as often as cancels a negative term, give a positive multiple of this one.</summary>
    private IEnumerable<Dim> WithFacts(Dim dim)
    {
        foreach (var term in dim.Terms.Where(t => t.Coefficient < 0 && !t.Factors.IsEmpty))
        {
            foreach (var fact in facts)
            {
                foreach (var part in fact.Terms.Where(t => t.Coefficient < 0 && !t.Factors.IsEmpty))
                {
                    var share = DimDivision.Exact(Dim.Sum([term with { Coefficient = 1 }]), Dim.Sum([part with { Coefficient = 1 }]));
                    if (share is not null && Least(share) is >= 0)
                    {
                        yield return dim * Dim.Constant(-part.Coefficient) - fact * share * Dim.Constant(-term.Coefficient);
                    }
                }
            }
        }
    }
}
