using System.Globalization;
using Nnc.Core.Dimensions;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>A size as an expression.</summary>
internal static class SizeText
{
    /// <summary>In 32 bits, for kernels.</summary>
    public static string Of(Dim dim, Func<DimSymbol, string> nameOf) => Of(dim, nameOf, "Functions.FloorDivide");

    /// <summary>In 64 bits, for the host, whose names are of that width.</summary>
    public static string Wide(Dim dim, Func<DimSymbol, string> nameOf) => Of(dim, nameOf, "Sizes.FloorDivide");

    /// <summary>For people and programs of any language: <c>floor_div</c> rounds towards minus infinity.</summary>
    public static string Formula(Dim dim, Func<DimSymbol, string> nameOf) => Of(dim, nameOf, "floor_div");

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Of(Dim dim, Func<DimSymbol, string> nameOf, string divide)
    {
        if (dim.IsConstant)
        {
            return Number(dim.ConstantValue);
        }

        return string.Join(" + ", dim.Terms.OrderBy(t => t.Coefficient < 0).Select(t => Of(t, nameOf, divide))).Replace("+ -", "- ");
    }

    private static string Of(DimTerm term, Func<DimSymbol, string> nameOf, string divide)
    {
        var factors = term.Factors.SelectMany(f => Enumerable.Repeat(Of(f.Atom, nameOf, divide), f.Power)).ToArray();
        return factors.Length == 0 ? Number(term.Coefficient) : term.Coefficient switch
        {
            1 => string.Join(" * ", factors),
            -1 => "-" + string.Join(" * ", factors),
            _ => string.Join(" * ", factors.Prepend(Number(term.Coefficient))),
        };
    }

    /// <summary>Division of C# rounds towards zero; a numerator may be negative.</summary>
    private static string Of(DimAtom atom, Func<DimSymbol, string> nameOf, string divide) => atom switch
    {
        DimSymbol symbol => nameOf(symbol),
        DimFloor floor => $"{divide}({Of(floor.Numerator, nameOf, divide)}, {Of(floor.Denominator, nameOf, divide)})",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
