using System.Collections.Immutable;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Constraints made usable. An equality that is linear in a symbol replaces it; <c>D % heads == 0</c> writes D as heads·k, so
/// that ⌊D / heads⌋ is k; a constant bound raises a symbol's minimum; every other inequality is kept as a fact.
/// </summary>
internal sealed class DimAssumptions
{
    private readonly List<(DimSymbol Symbol, Dim Value)> _replacements = [];
    private readonly List<(Dim Numerator, Dim Denominator)> _exact = [];
    private readonly Dictionary<DimSymbol, (Dim Numerator, Dim Denominator)> _quotients = [];
    private readonly Dictionary<DimSymbol, long> _minimums = [];
    private readonly List<Dim> _facts = [];

    private DimAssumptions(ImmutableArray<DimConstraint> constraints)
    {
        Constraints = constraints;
        Bounds = new([], new Dictionary<DimSymbol, long>(), Budget);
        ConstrainedSymbols = [.. constraints.SelectMany(c => c.Symbols()).Distinct()];
    }

    /// <summary>The constraints as they were stated.</summary>
    public ImmutableArray<DimConstraint> Constraints { get; }

    /// <summary>The symbols of the constraints.</summary>
    public ImmutableArray<DimSymbol> ConstrainedSymbols { get; }

    /// <summary>What a question may still cost, the same for all bounds made from these.</summary>
    public DimBudget Budget { get; } = new();

    public DimBounds Bounds { get; private set; }

    /// <summary>Uses the constraints one by one, equalities first; one whose arithmetic overflows is not used.</summary>
    public static DimAssumptions Of(ImmutableArray<DimConstraint> constraints)
    {
        var assumptions = new DimAssumptions(constraints);
        foreach (var constraint in constraints.OrderBy(c => c.Relation is DimRelation.Equal or DimRelation.Divisible ? 0 : 1))
        {
            try
            {
                assumptions.Add(constraint);
                assumptions.Refresh();
            }
            catch (Exception e) when (e is OverflowException or DivideByZeroException)
            {
                // Weaker assumptions prove less and refute nothing wrongly.
            }
        }

        return assumptions;
    }

    /// <summary>The expression without replaced symbols.</summary>
    public Dim Reduce(Dim dim)
    {
        foreach (var (symbol, value) in _replacements)
        {
            dim = dim.Substitute(s => s == symbol ? value : null);
        }

        foreach (var (numerator, denominator) in _exact)
        {
            dim = UseExact(dim, numerator, denominator);
        }

        return dim;
    }

    /// <summary>The expression in the names of the source: the quotients that divisibility introduced are written out again.</summary>
    public Dim Present(Dim dim)
    {
        foreach (var (quotient, (numerator, denominator)) in _quotients)
        {
            // heads·k is D; a k alone is ⌊D / heads⌋.
            if (!dim.Contains(quotient))
            {
                continue;
            }

            var terms = dim.Terms.Select(term => DimDivision.Exact(Dim.OfTerm(term), denominator * Dim.Symbol(quotient)) is { } share
                ? share * numerator
                : Dim.OfTerm(term));
            dim = terms.Aggregate(Dim.Zero, (sum, term) => sum + term).Substitute(s => s == quotient ? Dim.FloorDiv(numerator, denominator) : null);
        }

        return dim;
    }

    private void Add(DimConstraint constraint)
    {
        var left = Reduce(constraint.Left);
        var right = Reduce(constraint.Right);
        switch (constraint.Relation)
        {
            case DimRelation.Equal:
                AddEqual(left, right);
                break;
            case DimRelation.NotEqual:
                // A hole in a range helps no bound; only witnesses heed it.
                break;
            case DimRelation.Greater:
                AddFact(left - right - Dim.One);
                break;
            case DimRelation.GreaterOrEqual:
                AddFact(left - right);
                break;
            case DimRelation.Less:
                AddFact(right - left - Dim.One);
                break;
            case DimRelation.LessOrEqual:
                AddFact(right - left);
                break;
            case DimRelation.Divisible:
                AddDivisible(left, right);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void AddEqual(Dim left, Dim right)
    {
        var difference = left - right;
        if (AsRemainder(difference) is { } floor)
        {
            AddDivisible(floor.Numerator, floor.Denominator);
            return;
        }

        // In `T = S + 1` it is T that is defined, so a lone symbol is replaced first, the left one before the right one.
        foreach (var term in difference.Terms.OrderBy(t => IsAlone(t, left) ? 0 : IsAlone(t, right) ? 1 : 2))
        {
            if (term is { Coefficient: 1 or -1, Factors: [{ Atom: DimSymbol symbol, Power: 1 }] })
            {
                var rest = difference - Dim.OfTerm(term);
                if (!rest.Contains(symbol))
                {
                    Replace(symbol, term.Coefficient == 1 ? -rest : rest);
                    return;
                }
            }
        }

        AddFact(difference);
        AddFact(-difference);
    }

    private static bool IsAlone(DimTerm term, Dim side) => side.Terms is [var only] && only.Factors.SequenceEqual(term.Factors);

    private void AddDivisible(Dim numerator, Dim denominator)
    {
        if (numerator.Terms is [{ Coefficient: 1, Factors: [{ Atom: DimSymbol symbol, Power: 1 }] }] && !denominator.Contains(symbol))
        {
            var quotient = new DimSymbol($"{numerator} / {denominator}", symbol.Scope);
            _quotients[quotient] = (numerator, denominator);
            Replace(symbol, denominator * Dim.Symbol(quotient));
            return;
        }

        _exact.Add((numerator, denominator));
        var remainder = Dim.Mod(numerator, denominator);
        AddFact(remainder);
        AddFact(-remainder);
    }

    private void Replace(DimSymbol symbol, Dim value)
    {
        var least = Bounds.MinimumOf(symbol);
        _replacements.Add((symbol, value));
        var facts = _facts.ToArray();
        _facts.Clear();
        AddFact(value - least);
        foreach (var fact in facts)
        {
            AddFact(Reduce(fact));
        }
    }

    private void AddFact(Dim nonNegative)
    {
        if (nonNegative.IsConstant)
        {
            return;
        }

        _facts.Add(nonNegative);

        // c·s + k ≥ 0 with c > 0 says s ≥ ⌈−k/c⌉.
        var rest = nonNegative - Dim.OfTerm(nonNegative.Terms[0]);
        if (rest.IsConstant && nonNegative.Terms[0] is { Coefficient: > 0 and var c, Factors: [{ Atom: DimSymbol symbol, Power: 1 }] })
        {
            var least = -DimDivision.FloorOf(rest.ConstantValue, c);
            _minimums[symbol] = Math.Max(least, _minimums.GetValueOrDefault(symbol, symbol.Minimum));
        }
    }

    private void Refresh() => Bounds = new([.. _facts.Distinct()], new Dictionary<DimSymbol, long>(_minimums), Budget);

    /// <summary>The floor of <c>n − d·⌊n / d⌋</c>, with either sign; null for anything else.</summary>
    private static DimFloor? AsRemainder(Dim difference) => difference.Terms.SelectMany(t => t.Factors).Select(f => f.Atom)
        .OfType<DimFloor>()
        .FirstOrDefault(f => Dim.Mod(f.Numerator, f.Denominator) is var remainder && (remainder == difference || remainder == -difference));

    /// <summary>d·⌊n / d⌋ → n wherever d divides n.</summary>
    private static Dim UseExact(Dim dim, Dim numerator, Dim denominator)
    {
        var product = denominator * Dim.FloorDiv(numerator, denominator);
        return product.Terms is not [{ Factors: not [] }]
            ? dim
            : dim.Terms.Select(t => DimDivision.Exact(Dim.OfTerm(t), product) is { } share ? share * numerator : Dim.OfTerm(t))
                .Aggregate(Dim.Zero, (sum, t) => sum + t);
    }
}
