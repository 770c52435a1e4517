namespace Nnc.Core.Dimensions;

/// <summary>Higher degree first, then by name, the constant last.</summary>
internal sealed class DimTermOrder : IComparer<DimTerm>
{
    public static DimTermOrder Instance { get; } = new();

    public int Compare(DimTerm? x, DimTerm? y)
    {
        var byDegree = y!.Degree.CompareTo(x!.Degree);
        if (byDegree != 0)
        {
            return byDegree;
        }

        for (var i = 0; i < x.Factors.Length && i < y.Factors.Length; i++)
        {
            var byAtom = DimAtomOrder.Instance.Compare(x.Factors[i].Atom, y.Factors[i].Atom);
            var order = byAtom != 0 ? byAtom : y.Factors[i].Power.CompareTo(x.Factors[i].Power);
            if (order != 0)
            {
                return order;
            }
        }

        return x.Factors.Length.CompareTo(y.Factors.Length);
    }
}

/// <summary>
/// By printed name, and atoms that print alike (two layers' <c>N</c>) by their scopes: a total order, without which the same
/// product of two such atoms would have two forms.
/// </summary>
internal sealed class DimAtomOrder : IComparer<DimAtom>
{
    public static DimAtomOrder Instance { get; } = new();

    public int Compare(DimAtom? x, DimAtom? y)
    {
        if (ReferenceEquals(x, y))
        {
            return 0;
        }

        switch (x, y)
        {
            case (DimSymbol a, DimSymbol b):
                var byName = string.CompareOrdinal(a.Name, b.Name);
                var byScope = byName != 0 ? byName : a.Scope.CompareTo(b.Scope);
                return byScope != 0 ? byScope : a.Minimum.CompareTo(b.Minimum);
            case (DimSymbol, _):
                return -1;
            case (_, DimSymbol):
                return 1;
            case (DimFloor a, DimFloor b):
                var byNumerator = Compare(a.Numerator, b.Numerator);
                return byNumerator != 0 ? byNumerator : Compare(a.Denominator, b.Denominator);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static int Compare(Dim a, Dim b)
    {
        if (ReferenceEquals(a, b))
        {
            return 0;
        }

        for (var i = 0; i < a.Terms.Length && i < b.Terms.Length; i++)
        {
            var byTerm = DimTermOrder.Instance.Compare(a.Terms[i], b.Terms[i]);
            var order = byTerm != 0 ? byTerm : a.Terms[i].Coefficient.CompareTo(b.Terms[i].Coefficient);
            if (order != 0)
            {
                return order;
            }
        }

        return a.Terms.Length.CompareTo(b.Terms.Length);
    }
}
