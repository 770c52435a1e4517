using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>Floored division in normal form.</summary>
internal static class DimDivision
{
    /// <summary>⌊a / b⌋: exact parts are taken out, nested floors merged, common factors cancelled.</summary>
    public static Dim Floor(Dim a, Dim b)
    {
        if (b == Dim.Zero)
        {
            throw new DivideByZeroException();
        }

        if (b == Dim.One || a == Dim.Zero)
        {
            return a;
        }

        if (b.IsConstant && b.ConstantValue < 0)
        {
            return Floor(-a, -b);
        }

        if (a.IsConstant && b.IsConstant)
        {
            return (long)FloorOf(a.ConstantValue, b.ConstantValue);
        }

        // ⌊(q·b + r)/b⌋ = q + ⌊r/b⌋, term by term.
        List<DimTerm> remainder = [];
        var quotient = Dim.Zero;
        foreach (var term in a.Terms)
        {
            if (DivideTerm(term, b) is { } exact)
            {
                quotient += exact;
            }
            else if (b.IsConstant)
            {
                var q = WholePart(term, b.ConstantValue);
                quotient += Dim.Sum([term with { Coefficient = q }]);
                remainder.Add(term with { Coefficient = checked(term.Coefficient - q * b.ConstantValue) });
            }
            else
            {
                remainder.Add(term);
            }
        }

        return quotient + FloorOfRemainder(Dim.Sum(remainder), b);
    }

    /// <summary>
    /// How often the divisor is taken out of a term. The constant is left in [0, divisor), so that ⌊(H − 1)/2⌋ + 1 and
    /// ⌊(H + 1)/2⌋ are the same; a coefficient keeps its sign.
    /// </summary>
    private static long WholePart(DimTerm term, long divisor) =>
        term.Factors.IsEmpty ? (long)FloorOf(term.Coefficient, divisor) : term.Coefficient / divisor;

    /// <summary>a / b where every term of a is a multiple of the one term of b; null otherwise.</summary>
    public static Dim? Exact(Dim a, Dim b)
    {
        var quotient = Dim.Zero;
        foreach (var term in a.Terms)
        {
            if (DivideTerm(term, b) is not { } exact)
            {
                return null;
            }

            quotient += exact;
        }

        return quotient;
    }

    public static BigInteger FloorOf(BigInteger a, BigInteger b)
    {
        if (b.IsZero)
        {
            throw new DivideByZeroException();
        }

        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? quotient - 1 : quotient;
    }

    private static Dim FloorOfRemainder(Dim remainder, Dim b)
    {
        if (remainder == Dim.Zero)
        {
            return Dim.Zero;
        }

        if (remainder.IsConstant && b.IsConstant)
        {
            return (long)FloorOf(remainder.ConstantValue, b.ConstantValue);
        }

        // ⌊⌊n/p⌋/q⌋ = ⌊n/(p·q)⌋, and ⌊(⌊n/p⌋ + c)/q⌋ = ⌊(n + c·p)/(p·q)⌋ for constant c.
        var floors = remainder.Terms.Where(t => t.Factors is [{ Atom: DimFloor, Power: 1 }] && t.Coefficient == 1).ToArray();
        if (floors.Length == 1 && (remainder - Dim.Sum(floors)).IsConstant)
        {
            var inner = (DimFloor)floors[0].Factors[0].Atom;
            var shift = remainder - Dim.Sum(floors);
            return Floor(inner.Numerator + shift * inner.Denominator, inner.Denominator * b);
        }

        // ⌊−m/b⌋ = −⌊(m + b − 1)/b⌋: the leading coefficient is positive, so a ceiling has one form.
        if (b.IsConstant && remainder.Terms[0].Coefficient < 0)
        {
            return -Floor(-remainder + (b - Dim.One), b);
        }

        var (numerator, denominator) = Cancel(remainder, b);
        return numerator == remainder ? Dim.OfAtom(new DimFloor(numerator, denominator)) : Floor(numerator, denominator);
    }

    /// <summary>
    /// ⌊(g·n + c)/(g·d)⌋ = ⌊(n + ⌊c/g⌋)/d⌋ for the greatest g that divides the divisor and every coefficient but the constant.
    /// </summary>
    private static (Dim Numerator, Dim Denominator) Cancel(Dim numerator, Dim denominator)
    {
        var gcd = numerator.Terms.Where(t => !t.Factors.IsEmpty).Concat(denominator.Terms)
            .Aggregate(BigInteger.Zero, (g, t) => BigInteger.GreatestCommonDivisor(g, t.Coefficient));
        return gcd <= 1 ? (numerator, denominator) : (Divide(numerator), Divide(denominator));

        Dim Divide(Dim dim) => Dim.Sum(dim.Terms.Select(t => t with { Coefficient = (long)FloorOf(t.Coefficient, gcd) }));
    }

    /// <summary>term / divisor where it is exact for a divisor of one term; null otherwise.</summary>
    private static Dim? DivideTerm(DimTerm term, Dim divisor)
    {
        if (divisor.Terms is not [var by] || term.Coefficient % by.Coefficient != 0)
        {
            return null;
        }

        var left = term.Factors.ToDictionary(f => f.Atom, f => f.Power);
        foreach (var (atom, power) in by.Factors)
        {
            if (left.GetValueOrDefault(atom) < power)
            {
                return null;
            }

            left[atom] -= power;
        }

        var factors = left.Where(p => p.Value > 0).Select(p => new DimFactor(p.Key, p.Value))
            .OrderBy(f => f.Atom, DimAtomOrder.Instance);
        return Dim.Sum([new DimTerm(term.Coefficient / by.Coefficient, [.. factors])]);
    }
}
