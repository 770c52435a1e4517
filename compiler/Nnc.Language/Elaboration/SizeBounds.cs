using Nnc.Core.Dimensions;

namespace Nnc.Language.Elaboration;

/// <summary>What the bounds of symbols (each at least its minimum) say about an expression.</summary>
internal static class SizeBounds
{
    /// <summary>Whether the expression is at least 1 for every size of its symbols.</summary>
    public static bool IsPositive(Dim dim)
    {
        if (dim.IsConstant)
        {
            return dim.ConstantValue >= 1;
        }

        // Shift each symbol to start at zero: with only non-negative coefficients left, the least value is the constant.
        var shifted = dim.Substitute(s => Dim.Symbol(s with { Minimum = 0 }) + s.Minimum);
        var least = 0L;
        foreach (var term in shifted.Terms)
        {
            if (term.Factors.Length == 0)
            {
                least += term.Coefficient;
            }
            else if (term.Factors.Any(f => f.Atom is DimFloor))
            {
                var floor = LeastFloor(term);
                if (floor is null)
                {
                    return false;
                }

                least += floor.Value;
            }
            else if (term.Coefficient < 0)
            {
                return false;
            }
        }

        return least >= 1;
    }

    /// <summary>The least value of coefficient · ⌊n / d⌋ for a constant d and n without negative coefficients; null if unknown.</summary>
    private static long? LeastFloor(DimTerm term)
    {
        if (term.Coefficient < 0 || term.Factors is not [{ Atom: DimFloor floor, Power: 1 }] || !floor.Denominator.IsConstant)
        {
            return null;
        }

        var constant = 0L;
        foreach (var part in floor.Numerator.Terms)
        {
            if (part.Factors.Length == 0)
            {
                constant = part.Coefficient;
            }
            else if (part.Coefficient < 0 || part.Factors.Any(f => f.Atom is DimFloor))
            {
                return null;
            }
        }

        return term.Coefficient * (long)Math.Floor((double)constant / floor.Denominator.ConstantValue);
    }
}
