using Nnc.Core.Dimensions;

namespace Nnc.Graph.Reference;

/// <summary>Finds the sizes of symbolic dimensions from the shapes of given inputs.</summary>
public static class SizeSolver
{
    /// <summary>
    /// Solves axis by axis: each must be linear in at most one symbol that is still unknown. Returns the sizes, or what does
    /// not fit.
    /// </summary>
    public static (IReadOnlyDictionary<DimSymbol, long> Sizes, string? Error) Solve(
        IEnumerable<(string Name, Shape Declared, IReadOnlyList<int> Actual)> inputs, IReadOnlyDictionary<DimSymbol, long>? given = null)
    {
        var sizes = given is null ? new Dictionary<DimSymbol, long>() : new Dictionary<DimSymbol, long>(given);
        var open = new List<(string Name, int Axis, Dim Declared, long Actual)>();
        foreach (var (name, declared, actual) in inputs)
        {
            if (declared.Rank != actual.Count)
            {
                return (sizes, $"`{name}` has {actual.Count} axes and must have {declared.Rank}: {declared}");
            }

            open.AddRange(Enumerable.Range(0, declared.Rank).Select(a => (name, a, declared[a], (long)actual[a])));
        }

        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var (_, _, declared, actual) in open)
            {
                progress |= TryBind(declared, actual, sizes);
            }
        }

        foreach (var (name, axis, declared, actual) in open)
        {
            if (declared.Symbols().Any(s => !sizes.ContainsKey(s)))
            {
                return (sizes, $"the size `{declared}` of axis {axis} of `{name}` does not determine its dimensions");
            }

            var expected = declared.Evaluate(s => sizes[s]);
            if (expected != actual)
            {
                var formula = declared.IsConstant ? "" : $" ({declared})";
                return (sizes, $"axis {axis} of `{name}` has size {actual} and must have {expected}{formula}");
            }
        }

        return (sizes, null);
    }

    private static bool TryBind(Dim declared, long actual, Dictionary<DimSymbol, long> sizes)
    {
        var unknown = declared.Symbols().Where(s => !sizes.ContainsKey(s)).ToArray();
        if (unknown is not [var symbol])
        {
            return false;
        }

        long At(long value) => declared.Evaluate(s => s == symbol ? value : sizes[s]);
        var slope = At(1) - At(0);
        if (slope == 0 || (actual - At(0)) % slope != 0 || At(2) - At(1) != slope)
        {
            return false;
        }

        sizes[symbol] = (actual - At(0)) / slope;
        return true;
    }
}
