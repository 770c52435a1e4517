using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>One input of a model as data sets feed it.</summary>
/// <param name="Shape">The shape of one sample; null stands for an extent that the data decides.</param>
/// <param name="IsTarget">True for what the model is to predict: never normalised, and not needed to predict.</param>
public sealed record SampleColumn(string Name, TensorElement Element, ImmutableArray<int?> Shape, bool IsTarget)
{
    private int UnknownExtents => Shape.Count(extent => extent is null);

    /// <summary>
    /// The shape that a sample of the given shape takes: as it is, or its elements rearranged where the model's shape has as
    /// many. Null where it does not fit.
    /// </summary>
    public ImmutableArray<int>? Fit(ImmutableArray<int> sample)
    {
        if (Shape.Length == sample.Length && Shape.Zip(sample).All(pair => pair.First is null || pair.First == pair.Second))
        {
            return sample;
        }

        var known = Shape.Aggregate(1L, (product, extent) => product * (extent ?? 1));
        var count = sample.Aggregate(1L, (product, extent) => product * extent);
        return UnknownExtents switch
        {
            0 when known == count => [.. Shape.Select(extent => extent!.Value)],
            1 when known > 0 && count % known == 0 => [.. Shape.Select(extent => extent ?? (int)(count / known))],
            _ => null,
        };
    }

    internal InvalidInputException DoesNotFit(string source, ImmutableArray<int> sample) => new(
        "NN0558",
        $"a sample of {source} is [{string.Join(", ", sample)}], and input `{Name}` takes [{string.Join(", ", Shape.Select(e => e?.ToString() ?? "_"))}]");
}
