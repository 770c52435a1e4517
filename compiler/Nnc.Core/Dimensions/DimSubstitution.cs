namespace Nnc.Core.Dimensions;

/// <summary>Replaces symbols by expressions; what holds none of them is kept as it is.</summary>
internal static class DimSubstitution
{
    public static Dim Apply(Dim dim, Func<DimSymbol, Dim?> replacement)
    {
        List<DimTerm>? changed = null;
        for (var i = 0; i < dim.Terms.Length; i++)
        {
            var term = dim.Terms[i];
            if (Apply(term, replacement) is { } product)
            {
                changed ??= [.. dim.Terms.AsSpan(0, i)];
                changed.AddRange(product.Terms);
            }
            else
            {
                changed?.Add(term);
            }
        }

        return changed is null ? dim : Dim.Sum(changed);
    }

    /// <summary>The term with its symbols replaced; null where it has none to replace.</summary>
    private static Dim? Apply(DimTerm term, Func<DimSymbol, Dim?> replacement)
    {
        Dim? product = null;
        List<DimFactor> kept = [];
        foreach (var factor in term.Factors)
        {
            if (Apply(factor.Atom, replacement) is { } value)
            {
                product = (product ?? Dim.One) * Dim.Power(value, factor.Power);
            }
            else
            {
                kept.Add(factor);
            }
        }

        return product is null ? null : product * Dim.OfTerm(new DimTerm(term.Coefficient, [.. kept]));
    }

    private static Dim? Apply(DimAtom atom, Func<DimSymbol, Dim?> replacement)
    {
        switch (atom)
        {
            case DimSymbol symbol:
                return replacement(symbol);
            case DimFloor floor:
                var numerator = Apply(floor.Numerator, replacement);
                var denominator = Apply(floor.Denominator, replacement);
                return ReferenceEquals(numerator, floor.Numerator) && ReferenceEquals(denominator, floor.Denominator)
                    ? null
                    : Dim.FloorDiv(numerator, denominator);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
