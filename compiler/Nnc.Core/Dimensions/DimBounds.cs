using System.Collections.Immutable;
using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Shows that an expression is never negative. Symbols are shifted to start at 0, so that a polynomial without negative
/// coefficients is least there; floors are bounded by n − d + 1 ≤ d·⌊n/d⌋ ≤ n; the facts, each an expression known not to be
/// negative, take negative terms away. It never errs; it may fail to find a proof.
/// </summary>
internal sealed class DimBounds(ImmutableArray<Dim> facts, IReadOnlyDictionary<DimSymbol, long> minimums, DimBudget budget)
{
    private const int MaximumDepth = 5;
    private const int MaximumDegree = 6;
    private const int MaximumLength = 40;
    private readonly Dictionary<Dim, long?> _least = [];
    private readonly Dictionary<Dim, int> _failed = [];

    public bool IsNonNegative(Dim dim) => Search(Primitive(dim), MaximumDepth);

    public bool IsPositive(Dim dim) => IsNonNegative(dim - Dim.One);

    public long MinimumOf(DimSymbol symbol) => Math.Max(symbol.Minimum, minimums.GetValueOrDefault(symbol, long.MinValue));

    /// <summary>The same bounds after a replacement of symbols.</summary>
    public DimBounds Substitute(Func<DimSymbol, Dim?> replacement)
    {
        budget.Spend(facts.Length);
        return new([.. facts.Select(f => f.Substitute(replacement))], minimums, budget);
    }

    private bool Search(Dim dim, int depth)
    {
        if (Least(dim) is >= 0)
        {
            return true;
        }

        if (depth == 0 || dim.IsConstant || budget.IsSpent || _failed.GetValueOrDefault(dim) >= depth)
        {
            return false;
        }

        if (WithoutFloors(dim).Concat(WithFacts(dim)).Any(weaker => IsTractable(weaker) && Search(Primitive(weaker), depth - 1)))
        {
            return true;
        }

        _failed[dim] = depth;
        return false;
    }

    private bool IsTractable(Dim dim)
    {
        budget.Spend(dim.Terms.Length);
        return dim.Terms.Length <= MaximumLength && (dim.Terms.IsEmpty || dim.Terms[0].Degree <= MaximumDegree);
    }

    /// <summary>c·n + k ≥ 0 is n + ⌊k/c⌋ ≥ 0 for whole n: divides by the common factor of the coefficients.</summary>
    private static Dim Primitive(Dim dim)
    {
        var factor = dim.Terms.Where(t => !t.Factors.IsEmpty)
            .Aggregate(BigInteger.Zero, (g, t) => g.IsOne ? g : BigInteger.GreatestCommonDivisor(g, t.Coefficient));
        return factor <= 1 || factor > long.MaxValue
            ? dim
            : Dim.Sum(dim.Terms.Select(t => t.WithCoefficient(DimDivision.FloorOf(t.Coefficient, (long)factor))));
    }

    /// <summary>A lower bound from the signs of the coefficients; null where a negative one remains.</summary>
    private long? Least(Dim dim)
    {
        if (dim.IsConstant)
        {
            return dim.ConstantValue;
        }

        if (!_least.TryGetValue(dim, out var least))
        {
            least = budget.IsSpent || !IsTractable(dim) || HasUnmatchedNegative(dim) ? null : LeastOfShifted(dim);
            _least[dim] = least;
        }

        return least;
    }

    /// <summary>
    /// Whether some negative term is a part of no positive one: shifting the symbols of a term adds only parts of it, so nothing
    /// cancels such a term.
    /// </summary>
    private static bool HasUnmatchedNegative(Dim dim)
    {
        foreach (var term in dim.Terms)
        {
            if (term.Coefficient < 0 && !term.Factors.IsEmpty
                && !dim.Terms.Any(t => t.Coefficient > 0 && t.Degree > term.Degree && term.Factors.All(f => t.PowerOf(f.Atom) >= f.Power)))
            {
                return true;
            }
        }

        return false;
    }

    private long? LeastOfShifted(Dim dim)
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

            budget.Spend(product.Terms.Length);
            shifted += product;
        }

        return shifted.Terms.Any(t => !t.Factors.IsEmpty && t.Coefficient < 0)
            ? null
            : shifted.Terms.Where(t => t.Factors.IsEmpty).Sum(t => t.Coefficient);
    }

    /// <summary>The atom as its least value plus what it is above that, for which the atom itself stands; null if it has no known least value.</summary>
    private Dim? FromZero(DimAtom atom)
    {
        switch (atom)
        {
            case DimSymbol symbol:
                return Dim.OfAtom(symbol) + MinimumOf(symbol);
            case DimFloor { Numerator: var n, Denominator: var d }:
                if (Least(n) is not { } least || Least(d) is not >= 1 || (least < 0 && !d.IsConstant))
                {
                    return null;
                }

                return Dim.OfAtom(atom) + (d.IsConstant ? DimDivision.FloorOf(least, d.ConstantValue) : 0);
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
                var others = Dim.OfTerm(term with { Factors = [.. term.Factors.Where(f => !f.Atom.Equals(atom))] });
                if (Least(term.Coefficient < 0 ? -others : others) is >= 0)
                {
                    var rest = dim - Dim.OfTerm(term);
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
                    var share = DimDivision.Exact(Dim.OfTerm(term.WithCoefficient(1)), Dim.OfTerm(part.WithCoefficient(1)));
                    if (share is not null && Least(share) is >= 0)
                    {
                        yield return dim * Dim.Constant(checked(-part.Coefficient)) - fact * share * Dim.Constant(checked(-term.Coefficient));
                    }
                }
            }
        }
    }
}
