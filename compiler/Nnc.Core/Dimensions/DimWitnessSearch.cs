using System.Collections.Immutable;

namespace Nnc.Core.Dimensions;

/// <summary>Looks for small sizes that meet the constraints and break a claim, the smallest first.</summary>
internal static class DimWitnessSearch
{
    private const int MaximumTrials = 6000;
    private static readonly long[] _steps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 23, 31, 32, 47, 63, 64, 99, 127, 128, 255, 511, 1023];

    public static DimWitness? Find(DimAssumptions assumptions, DimConstraint claim)
    {
        // Symbols of constraints that share none with the claim matter only if nothing meets them, and then all is vacuous.
        var shown = claim.Symbols().OrderBy(s => s, DimAtomOrder.Instance).ToImmutableArray();
        DimSymbol[] all = [.. shown.Concat(assumptions.Constraints.SelectMany(c => c.Symbols())).Distinct()];
        DimSymbol[] free = [.. all.SelectMany(s => assumptions.Reduce(Dim.Symbol(s)).Symbols()).Distinct()];
        var values = all.ToDictionary(s => s, s => assumptions.Reduce(Dim.Symbol(s)));
        foreach (var steps in Steps(free.Length).Take(MaximumTrials))
        {
            var sizes = new Dictionary<DimSymbol, long>();
            for (var i = 0; i < free.Length; i++)
            {
                sizes[free[i]] = assumptions.Bounds.MinimumOf(free[i]) + steps[i];
            }

            if (Breaks(assumptions, claim, values, sizes))
            {
                return new([.. shown.Select(s => (s, values[s].Evaluate(f => sizes[f])))]);
            }
        }

        return null;
    }

    private static bool Breaks(DimAssumptions assumptions, DimConstraint claim, Dictionary<DimSymbol, Dim> values, Dictionary<DimSymbol, long> free)
    {
        try
        {
            var sizes = values.ToDictionary(v => v.Key, v => v.Value.Evaluate(f => free[f]));
            return sizes.All(s => s.Value >= s.Key.Minimum)
                && assumptions.Constraints.All(c => c.Holds(s => sizes[s]))
                && !claim.Holds(s => sizes[s]);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return false;
        }
    }

    /// <summary>Every choice of one step a symbol, those with small steps first.</summary>
    private static IEnumerable<long[]> Steps(int count)
    {
        if (count == 0)
        {
            return [[]];
        }

        return Enumerable.Range(0, (_steps.Length - 1) * count + 1).SelectMany(sum => WithSum(count, sum));
    }

    private static IEnumerable<long[]> WithSum(int count, int sum)
    {
        if (count == 1)
        {
            return sum < _steps.Length ? [[_steps[sum]]] : [];
        }

        return Enumerable.Range(0, Math.Min(sum, _steps.Length - 1) + 1)
            .SelectMany(first => WithSum(count - 1, sum - first).Select(rest => (long[])[_steps[first], .. rest]));
    }
}
