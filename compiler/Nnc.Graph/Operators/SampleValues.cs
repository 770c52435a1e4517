using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Distinct random values for samples; the same ones in every run.</summary>
public sealed class SampleValues(int seed)
{
    private long _position;

    /// <summary>Reals in [low, high), none of them a multiple of anything.</summary>
    public ReferenceTensor Real(double low, double high, params int[] shape) => Fill(ElementType.Real, shape, u => low + (high - low) * u);

    public ReferenceTensor Real(params int[] shape) => Real(-1.7, 1.9, shape);

    /// <summary>Integers in [low, high).</summary>
    public ReferenceTensor Int(int low, int high, params int[] shape) => Fill(ElementType.Int, shape, u => low + Math.Floor((high - low) * u));

    public ReferenceTensor Bool(params int[] shape) => Fill(ElementType.Bool, shape, u => u < 0.5 ? 0 : 1);

    private ReferenceTensor Fill(ElementType element, int[] shape, Func<double, double> map)
    {
        var tensor = ReferenceTensor.Zeros(element, shape);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = map(Philox.Uniform(seed, 0x5A, 1, _position++));
        }

        return tensor;
    }
}
