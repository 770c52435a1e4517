using Nnc.Core.Dimensions;
using Nnc.Graph;

namespace Nnc.Tool.Execution;

/// <summary>Sizes that a command line gives for symbolic dimensions, by name.</summary>
internal static class SizeNames
{
    /// <summary>A name that no function has ends the verb.</summary>
    public static void Check(IReadOnlyDictionary<string, long> sizes, IEnumerable<GraphFunction> functions)
    {
        var known = functions.SelectMany(f => f.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(f.FreeDimensions)).Select(s => s.Name).ToHashSet();
        if (sizes.Keys.FirstOrDefault(k => !known.Contains(k)) is { } unknown)
        {
            throw new ToolFailure(
                "NN0717", $"there is no symbolic dimension `{unknown}`",
                known.Count == 0 ? "every size of this model is known" : $"it has {string.Join(", ", known.Order(StringComparer.Ordinal).Select(k => $"`{k}`"))}", ExitCode.Usage);
        }
    }

    /// <summary>Given sizes; the train block's batch for the samples where none is given.</summary>
    public static Func<DimSymbol, long> Of(GraphFunction function, ModelFile file, IReadOnlyDictionary<string, long> given)
    {
        var symbols = function.Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(function.FreeDimensions).Distinct().ToArray();
        Check(given, [function]);
        var samples = SampleAxis.Of(function.Inputs);
        var sizes = new Dictionary<DimSymbol, long>();
        foreach (var symbol in symbols)
        {
            sizes[symbol] = given.TryGetValue(symbol.Name, out var size) ? size
                : symbol == samples && file.Training is { Batch: < int.MaxValue } training ? training.Batch
                : throw new ToolFailure("NN0716", $"no size is given for `{symbol.Name}`", $"give --dim {symbol.Name}=SIZE", ExitCode.Usage);
        }

        return symbol => sizes[symbol];
    }

    /// <summary>A size with the given ones in place.</summary>
    public static Dim Fill(Dim dim, IReadOnlyDictionary<string, long> sizes) => dim.Substitute(s => sizes.TryGetValue(s.Name, out var size) ? size : null);
}
