using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Random data for the inputs of a function.</summary>
internal sealed class SampleData(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes, SampleValues random)
{
    private readonly ILookup<string, IndexBound> _bounds = IndexBounds.Of(function).ToLookup(b => b.Input);

    /// <summary>
    /// Ints that are positions on an axis lie on it. Others may be lengths: they go beyond every size, since lengths of nearly zero
    /// would mask all that is computed, and nothing would be compared.
    /// </summary>
    public ReferenceTensor Of(GraphInput input)
    {
        int[] shape = [.. input.Node.Shape.Select(d => (int)d.Evaluate(s => sizes[s]))];
        return input.Node.Element switch
        {
            ElementType.Real => random.Real(0.1, 0.9, shape),
            ElementType.Int => random.Int(
                (int)_bounds[input.Name].Select(b => -b.Offset).DefaultIfEmpty(0).Max(),
                (int)_bounds[input.Name].Select(b => b.Size.Evaluate(s => sizes[s]) - b.Offset).DefaultIfEmpty(Longest + 3).Min(), shape),
            ElementType.Bool => random.Bool(shape),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>
    /// What an optimizer keeps after some steps: positive, as means of squares are. From zero its first step would divide a gradient
    /// by itself, and of one that nearly vanishes give what rounding left of it.
    /// </summary>
    public ReferenceTensor Kept(GraphInput input) => random.Real(0.001, 0.002, [.. input.Node.Shape.Select(d => (int)d.ConstantValue)]);

    private long Longest => sizes.Values.DefaultIfEmpty(0).Max();
}
