using Nnc.Graph.Kernels;
using static Nnc.Graph.Kernels.ScalarFunction;

namespace Nnc.Graph.Operators;

/// <summary>Powers whose exponent is known: products and roots in place of a function that takes any exponent, by repeated squaring.</summary>
/// <example>x⁷ → <c>x·x²·x⁴</c>; x⁻² → <c>1 / x²</c>; x⁻¹ᐟ² → <c>1 / √x</c></example>
internal static class ConstantPower
{
    /// <summary>The largest exponent whose products err by less than the last few places.</summary>
    private const int MostFactors = 8;

    /// <summary>The power of a real; null where the exponent is none of these.</summary>
    public static ScalarExpression? Of(ScalarExpression x, double exponent) => exponent switch
    {
        0.5 => Real(Sqrt, x),

        // The root of a negative zero is one, and its inverse would be the other infinity.
        -0.5 => Real(Divide, new RealConstant(1), Real(Sqrt, Real(Add, x, new RealConstant(0)))),
        0 => new RealConstant(1),
        > 0 and <= MostFactors when double.IsInteger(exponent) => Product(x, (int)exponent),
        < 0 and >= -MostFactors when double.IsInteger(exponent) => Real(Divide, new RealConstant(1), Product(x, (int)-exponent)),
        _ => null,
    };

    private static ScalarExpression Product(ScalarExpression x, int count)
    {
        ScalarExpression? product = null;
        for (var square = x; ; square = Real(Multiply, square, square))
        {
            if (count % 2 == 1)
            {
                product = product is null ? square : Real(Multiply, product, square);
            }

            count /= 2;
            if (count == 0)
            {
                return product!;
            }
        }
    }

    private static Apply Real(ScalarFunction function, params ScalarExpression[] arguments) => new(function, [.. arguments], ElementType.Real);
}
