using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>
/// Splits an expression with floors of constant divisors into cases without them: with L a common multiple of the divisors and
/// every symbol under a floor written as L·q + r, each r gives an expression whose floors are exact. ⌊H/2⌋ + ⌊(H + 1)/2⌋ becomes
/// q + q at H = 2·q and q + (q + 1) at H = 2·q + 1, which is H both times.
/// </summary>
internal static class DimResidues
{
    private const int MaximumCases = 144;

    /// <summary>The cases, each with its bounds, made as they are asked for; null if there is nothing to split or there would be too many.</summary>
    public static IEnumerable<(Dim Dim, DimBounds Bounds)>? Split(Dim dim, DimBounds bounds)
    {
        HashSet<DimSymbol> symbols = [];
        var modulus = Modulus(dim, symbols);
        if (symbols.Count == 0 || modulus <= 1 || modulus > MaximumCases || BigInteger.Pow(modulus, symbols.Count) > MaximumCases)
        {
            return null;
        }

        IEnumerable<(Dim, DimBounds)> cases = [(dim, bounds)];
        foreach (var symbol in symbols.OrderBy(s => s, DimAtomOrder.Instance))
        {
            cases = cases.SelectMany(c => Enumerable.Range(0, (int)modulus).Select(r => AtResidue(c, symbol, (long)modulus, r)));
        }

        return cases;
    }

    private static (Dim, DimBounds) AtResidue((Dim Dim, DimBounds Bounds) whole, DimSymbol symbol, long modulus, long residue)
    {
        // L·q + r ≥ minimum, so q ≥ ⌈(minimum − r)/L⌉.
        var least = -DimDivision.FloorOf(residue - whole.Bounds.MinimumOf(symbol), modulus);
        var value = Dim.Symbol(new DimSymbol($"⌊{symbol} / {modulus}⌋", symbol.Scope, least)) * modulus + residue;
        Dim? Replacement(DimSymbol s) => s == symbol ? value : null;
        return (whole.Dim.Substitute(Replacement), whole.Bounds.Substitute(Replacement));
    }

    /// <summary>The least number whose multiples, added to the symbols under floors, keep every floor exact.</summary>
    private static BigInteger Modulus(Dim dim, HashSet<DimSymbol> symbols)
    {
        BigInteger modulus = 1;
        foreach (var floor in dim.Terms.SelectMany(t => t.Factors).Select(f => f.Atom).OfType<DimFloor>())
        {
            if (floor.Denominator.IsConstant)
            {
                symbols.UnionWith(floor.Numerator.Symbols());
                modulus = CommonMultiple(modulus, floor.Denominator.ConstantValue * Modulus(floor.Numerator, symbols));
            }
        }

        return modulus;
    }

    private static BigInteger CommonMultiple(BigInteger a, BigInteger b) => a / BigInteger.GreatestCommonDivisor(a, b) * b;
}
