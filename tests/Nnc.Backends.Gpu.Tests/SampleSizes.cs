using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Small sizes that a function's constraints allow.</summary>
internal static class SampleSizes
{
    private const int Largest = 40;

    public static IReadOnlyDictionary<DimSymbol, long> Of(GraphFunction function, ImmutableArray<RuntimeConstraint> constraints)
    {
        var symbols = function.Symbols;
        var open = constraints.Where(c => !c.Holds.IsConstant && c.Holds.Symbols().All(symbols.Contains)).ToArray();
        for (var size = 2; size < Largest; size++)
        {
            var sizes = symbols.Select((s, k) => (s, Math.Max(s.Minimum, size + (k % 3)))).ToDictionary(p => p.s, p => p.Item2);
            if (open.All(c => c.Holds.Evaluate(s => sizes[s]) is var value && (c.Kind == ConstraintKind.Zero ? value == 0 : value >= 0)))
            {
                return sizes;
            }
        }

        throw new InvalidOperationException($"No sizes up to {Largest} fit `{function.Name}`.");
    }
}
