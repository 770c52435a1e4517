namespace Nnc.Core.Dimensions;

/// <summary>
/// Finds the size of a symbol from a pattern that is linear in it: <c>T + 1</c> against 8 gives T = 7, <c>2·k</c> against
/// <c>4·N</c> gives k = 2·N.
/// </summary>
public static class DimSolver
{
    /// <summary>Solves pattern = actual for the unknown, under the constraints of the prover.</summary>
    public static DimSolution Solve(Dim pattern, Dim actual, DimSymbol unknown, DimProver? prover = null)
    {
        prover ??= new DimProver();
        try
        {
            return SolveOrOverflow(pattern, prover.Simplify(actual), unknown, prover);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return DimSolution.NotLinear;
        }
    }

    private static DimSolution SolveOrOverflow(Dim pattern, Dim actual, DimSymbol unknown, DimProver prover)
    {
        // pattern = factor·unknown + rest
        var factor = Dim.Zero;
        var rest = Dim.Zero;
        foreach (var term in pattern.Terms)
        {
            var part = Dim.OfTerm(term);
            if (DimDivision.Exact(part, Dim.Symbol(unknown)) is { } share)
            {
                factor += share;
            }
            else
            {
                rest += part;
            }
        }

        if (factor == Dim.Zero || factor.Contains(unknown) || rest.Contains(unknown))
        {
            return DimSolution.NotLinear;
        }

        var product = actual - rest;
        var divides = new DimConstraint(product, DimRelation.Divisible, factor);
        var verdict = prover.Decide(divides, DimQuantifier.CallersChoice);
        var value = prover.Simplify(Dim.FloorDiv(product, factor));
        return verdict is DimVerdict.Refuted || prover.Proves(value, DimRelation.Less, unknown.Minimum)
            ? DimSolution.Mismatch
            : new DimSolution.Bound(value, verdict is DimVerdict.ProvedVerdict ? null : divides);
    }
}

public abstract record DimSolution
{
    private DimSolution()
    {
    }

    public static DimSolution Mismatch { get; } = new MismatchSolution();

    public static DimSolution NotLinear { get; } = new NotLinearSolution();

    /// <summary>The unknown is this size, if <paramref name="Remaining"/> (null where nothing remains) holds.</summary>
    public sealed record Bound(Dim Value, DimConstraint? Remaining) : DimSolution;

    /// <summary>No size of the unknown fits.</summary>
    public sealed record MismatchSolution : DimSolution;

    /// <summary>The pattern does not hold the unknown, or not linearly.</summary>
    public sealed record NotLinearSolution : DimSolution;
}
