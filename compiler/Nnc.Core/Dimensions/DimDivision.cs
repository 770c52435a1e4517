using System.Collections.Immutable;
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
        List<DimTerm> quotient = [];
        foreach (var term in a.Terms)
        {
            if (DivideTerm(term, b) is { } exact)
            {
                quotient.Add(exact);
            }
            else if (b.IsConstant)
            {
                var q = WholePart(term, b.ConstantValue);
                quotient.Add(term.WithCoefficient(q));
                remainder.Add(term.WithCoefficient(checked(term.Coefficient - q * b.ConstantValue)));
            }
            else
            {
                remainder.Add(term);
            }
        }

        return Dim.Sum(quotient) + FloorOfRemainder(Dim.Sum(remainder), b);
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
        List<DimTerm> quotient = [];
        foreach (var term in a.Terms)
        {
            if (DivideTerm(term, b) is not { } exact)
            {
                return null;
            }

            quotient.Add(exact);
        }

        return Dim.Sum(quotient);
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

    /// <summary>⌊a / b⌋ in 64 bits for a divisor that is neither 0 nor −1.</summary>
    public static long FloorOf(long a, long b)
    {
        var (quotient, remainder) = Math.DivRem(a, b);
        return remainder != 0 && (remainder < 0) != (b < 0) ? quotient - 1 : quotient;
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
    private static DimTerm? DivideTerm(DimTerm term, Dim divisor)
    {
        if (divisor.Terms is not [var by] || by.Degree > term.Degree || term.Coefficient % by.Coefficient != 0)
        {
            return null;
        }

        var factors = ImmutableArray.CreateBuilder<DimFactor>(term.Factors.Length);
        var used = 0;
        foreach (var factor in term.Factors)
        {
            var power = factor.Power;
            if (used < by.Factors.Length && by.Factors[used].Atom.Equals(factor.Atom))
            {
                power -= by.Factors[used].Power;
                used++;
            }

            if (power < 0)
            {
                return null;
            }

            if (power > 0)
            {
                factors.Add(factor with { Power = power });
            }
        }

        // Both lists are in the same order, so an atom of the divisor that was passed over is one that the term lacks.
        return used == by.Factors.Length ? new(checked(term.Coefficient / by.Coefficient), factors.DrainToImmutable()) : null;
    }
}
