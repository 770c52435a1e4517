using System.Diagnostics;
using System.Numerics;

namespace Nnc.Core.Dimensions;

/// <summary>The value of an expression for given sizes of its symbols.</summary>
internal static class DimEvaluation
{
    /// <summary>Computes in 64 bits; false where a step does not fit them or divides by 0. It throws nothing.</summary>
    public static bool TryRun(Dim dim, Func<DimSymbol, long> sizes, out long value)
    {
        value = 0;
        foreach (var term in dim.Terms)
        {
            var product = term.Coefficient;
            foreach (var (atom, power) in term.Factors)
            {
                if (!TryRun(atom, sizes, out var factor))
                {
                    return false;
                }

                for (var i = 0; i < power; i++)
                {
                    if (Math.BigMul(product, factor, out product) != product >> 63)
                    {
                        return false;
                    }
                }
            }

            var sum = unchecked(value + product);
            if (((value ^ sum) & (product ^ sum)) < 0)
            {
                return false;
            }

            value = sum;
        }

        return true;
    }

    /// <summary>Computes without a limit on what lies between.</summary>
    /// <exception cref="DivideByZeroException">A divisor is 0 for these sizes.</exception>
    /// <exception cref="OverflowException">The value does not fit 64 bits.</exception>
    public static long RunExactly(Dim dim, Func<DimSymbol, long> sizes) => checked((long)Sum(dim, sizes));

    private static bool TryRun(DimAtom atom, Func<DimSymbol, long> sizes, out long value)
    {
        switch (atom)
        {
            case DimSymbol symbol:
                value = sizes(symbol);
                return true;
            case DimFloor floor:
                value = 0;

                // −1 takes the least number out of range; the exact way handles it with the zeros.
                if (!TryRun(floor.Numerator, sizes, out var numerator) || !TryRun(floor.Denominator, sizes, out var denominator)
                    || denominator is 0 or -1)
                {
                    return false;
                }

                value = DimDivision.FloorOf(numerator, denominator);
                return true;
            default:
                throw new UnreachableException();
        }
    }

    private static BigInteger Sum(Dim dim, Func<DimSymbol, long> sizes)
    {
        BigInteger sum = 0;
        foreach (var term in dim.Terms)
        {
            BigInteger product = term.Coefficient;
            foreach (var (atom, power) in term.Factors)
            {
                BigInteger value = atom switch
                {
                    DimSymbol symbol => sizes(symbol),
                    DimFloor floor => DimDivision.FloorOf(Sum(floor.Numerator, sizes), Sum(floor.Denominator, sizes)),
                    _ => throw new UnreachableException(),
                };
                product *= BigInteger.Pow(value, power);
            }

            sum += product;
        }

        return sum;
    }
}
