using System.Collections.Immutable;
using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Decides relations between sizes under the constraints that a program states, for every size of the symbols from their
/// minimum up: proved, refuted with a witness, or unknown. It never errs; arithmetic that overflows gives unknown.
/// </summary>
/// <remarks>Answers are remembered, since layers that repeat ask the same again; one object serves one thread.</remarks>
public sealed class DimProver
{
    private const int MaximumAnswers = 4096;
    private readonly DimAssumptions _assumptions;
    private readonly Dictionary<(DimConstraint, DimQuantifier), DimVerdict> _answers = [];

    public DimProver(IEnumerable<DimConstraint>? constraints = null) => _assumptions = DimAssumptions.Of([.. constraints ?? []]);

    /// <summary>Decides a relation; the quantifier says whether one size for which it fails refutes it.</summary>
    public DimVerdict Decide(DimConstraint claim, DimQuantifier quantifier = DimQuantifier.EverySize)
    {
        if (_answers.TryGetValue((claim, quantifier), out var known))
        {
            return known;
        }

        if (_answers.Count >= MaximumAnswers)
        {
            _answers.Clear();
        }

        return _answers[(claim, quantifier)] = DecideAnew(claim, quantifier);
    }

    public DimVerdict Decide(Dim left, DimRelation relation, Dim right, DimQuantifier quantifier = DimQuantifier.EverySize) =>
        Decide(new DimConstraint(left, relation, right), quantifier);

    public bool Proves(Dim left, DimRelation relation, Dim right) =>
        Decide(left, relation, right, DimQuantifier.CallersChoice) is DimVerdict.ProvedVerdict;

    /// <summary>The expression with the equalities of the constraints used: under <c>T = S + 1</c>, <c>T − 1</c> is <c>S</c>.</summary>
    public Dim Simplify(Dim dim)
    {
        try
        {
            return _assumptions.Present(_assumptions.Reduce(dim));
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return dim;
        }
    }

    private DimVerdict DecideAnew(DimConstraint claim, DimQuantifier quantifier)
    {
        try
        {
            return DecideOrOverflow(claim, quantifier);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return DimVerdict.Unknown;
        }
    }

    private DimVerdict DecideOrOverflow(DimConstraint claim, DimQuantifier quantifier)
    {
        _assumptions.Budget.Renew();
        var left = _assumptions.Reduce(claim.Left);
        var right = _assumptions.Reduce(claim.Right);
        var (holds, never) = claim.Relation switch
        {
            DimRelation.Equal => (Zero(left - right), NeverZero(left - right)),
            DimRelation.NotEqual => (NeverZero(left - right), Zero(left - right)),
            DimRelation.Greater => (NonNegative(left - right - Dim.One), NonNegative(right - left)),
            DimRelation.GreaterOrEqual => (NonNegative(left - right), NonNegative(right - left - Dim.One)),
            DimRelation.Less => (NonNegative(right - left - Dim.One), NonNegative(left - right)),
            DimRelation.LessOrEqual => (NonNegative(right - left), NonNegative(left - right - Dim.One)),
            DimRelation.Divisible => (Zero(Remainder(left, right)), NeverZero(Remainder(left, right))),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        // A few small sizes show which of the two proofs cannot succeed, and spare it.
        var search = new DimWitnessSearch(_assumptions, claim);
        search.Begin();
        if (search.Witness is null && holds())
        {
            return DimVerdict.Proved;
        }

        if (!search.Holds && never())
        {
            return new DimVerdict.Refuted(search.Find() ?? DimWitness.None, Never: true);
        }

        return quantifier == DimQuantifier.EverySize && search.Find() is { } witness
            ? new DimVerdict.Refuted(witness, Never: false)
            : DimVerdict.Unknown;
    }

    private Dim Remainder(Dim left, Dim right) => _assumptions.Reduce(Dim.Mod(left, right));

    private Func<bool> Zero(Dim dim) => () =>
        dim == Dim.Zero
        || InEveryCase(dim, (d, bounds) => d == Dim.Zero || (bounds.IsNonNegative(d) && bounds.IsNonNegative(-d)));

    private Func<bool> NeverZero(Dim dim) => () =>
        InEveryCase(dim, (d, bounds) => bounds.IsPositive(d) || bounds.IsPositive(-d) || MissesZero(d));

    private Func<bool> NonNegative(Dim dim) => () => InEveryCase(dim, (d, bounds) => bounds.IsNonNegative(d));

    private bool InEveryCase(Dim dim, Func<Dim, DimBounds, bool> predicate)
    {
        if (predicate(dim, _assumptions.Bounds))
        {
            return true;
        }

        return DimResidues.Split(dim, _assumptions.Bounds) is { } cases && cases.All(c => predicate(c.Dim, c.Bounds));
    }

    /// <summary>2·N = 5 has no solution: the greatest common divisor of the coefficients does not divide the constant.</summary>
    private static bool MissesZero(Dim dim)
    {
        var divisor = dim.Terms.Where(t => !t.Factors.IsEmpty)
            .Aggregate(BigInteger.Zero, (g, t) => BigInteger.GreatestCommonDivisor(g, t.Coefficient));
        var constant = dim.Terms.Where(t => t.Factors.IsEmpty).Sum(t => t.Coefficient);
        return divisor.IsZero ? constant != 0 : !(constant % divisor).IsZero;
    }
}
