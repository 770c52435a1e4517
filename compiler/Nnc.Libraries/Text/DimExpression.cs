using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Libraries.Text;

/// <summary>A size as an expression of C#, in 64-bit arithmetic.</summary>
internal static class DimExpression
{
    /// <param name="nameOf">How the expression names a symbol.</param>
    public static string Of(Dim dim, Func<DimSymbol, string> nameOf)
    {
        if (dim.IsConstant)
        {
            return Number(dim.ConstantValue);
        }

        var text = string.Join(" + ", dim.Terms.Select(t => Of(t, nameOf)));
        return dim.Terms.Length == 1 ? text : $"({text})";
    }

    private static string Of(DimTerm term, Func<DimSymbol, string> nameOf)
    {
        var factors = term.Factors.SelectMany(f => Enumerable.Repeat(Of(f.Atom, nameOf), f.Power));
        return string.Join(" * ", term.Coefficient == 1 && term.Factors.Length > 0 ? factors : factors.Prepend(Number(term.Coefficient)));
    }

    /// <summary>Division of C# rounds towards zero; where the numerator may be negative, <c>FloorDivide</c> of the bindings does not.</summary>
    private static string Of(DimAtom atom, Func<DimSymbol, string> nameOf) => atom switch
    {
        DimSymbol symbol => nameOf(symbol),
        DimFloor floor => $"FloorDivide({Of(floor.Numerator, nameOf)}, {Of(floor.Denominator, nameOf)})",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Number(long value) => value < 0 ? $"({value.ToString(CultureInfo.InvariantCulture)})" : value.ToString(CultureInfo.InvariantCulture);
}
