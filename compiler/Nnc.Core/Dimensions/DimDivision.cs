using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>Floored division in normal form.</summary>
internal static class DimDivision
{
    /// <summary>⌊a / b⌋: exact parts are taken out, nested floors merged, common factors cancelled.</summary>
    public static Dim Floor(Dim a, Dim b)
    {
        if (b == Dim.One || a == Dim.Zero)
        {
            return a;
        }

        if (a.IsConstant && b.IsConstant)
        {
            return (long)FloorOf(a.ConstantValue, b.ConstantValue);
        }

        // ⌊(q·b + r)/b⌋ = q + ⌊r/b⌋, term by term.
        var quotient = Dim.Zero;
        var remainder = Dim.Zero;
        foreach (var term in a.Terms)
        {
            if (DivideTerm(term, b) is { } exact)
            {
                quotient += exact;
            }
            else if (b.IsConstant && Math.Abs(term.Coefficient) >= Math.Abs(b.ConstantValue) && term.Factors.Length >= 0)
            {
                var q = (long)FloorOf(term.Coefficient, b.ConstantValue);
                var rest = term with { Coefficient = term.Coefficient - q * b.ConstantValue };
                quotient += Dim.Sum([term with { Coefficient = q }]);
                remainder += Dim.Sum([rest]);
            }
            else
            {
                remainder += Dim.Sum([term]);
            }
        }

        return quotient + FloorOfRemainder(remainder, b);
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

        // The constant part may lie in [0, b): ⌊(n + c)/b⌋ keeps it, so that equal floors look equal.
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

        var (numerator, denominator) = Cancel(remainder, b);
        return denominator == Dim.One ? numerator : Dim.OfAtom(new DimFloor(numerator, denominator));
    }

    /// <summary>Divides both by the greatest constant that divides every coefficient of both.</summary>
    private static (Dim Numerator, Dim Denominator) Cancel(Dim numerator, Dim denominator)
    {
        var gcd = numerator.Terms.Concat(denominator.Terms)
            .Aggregate(BigInteger.Zero, (g, t) => BigInteger.GreatestCommonDivisor(g, t.Coefficient));
        if (gcd <= 1)
        {
            return (numerator, denominator);
        }

        return (Divide(numerator), Divide(denominator));

        Dim Divide(Dim dim) => Dim.Sum(dim.Terms.Select(t => t with { Coefficient = (long)(t.Coefficient / gcd) }));
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
            .OrderBy(f => f.Atom.ToString(), StringComparer.Ordinal);
        return Dim.Sum([new DimTerm(term.Coefficient / by.Coefficient, [.. factors])]);
    }
}
