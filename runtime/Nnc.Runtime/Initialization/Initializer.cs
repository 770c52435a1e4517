using System.Diagnostics;
using Nnc.Runtime.Randomness;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Initialization;

/// <summary>Fills tensors with their first values. What a tensor gets depends on the seed and on its name only.</summary>
public static class Initializer
{
    public static void Fill(HostTensor tensor, InitialValue value, long seed, string name)
    {
        var stream = RandomStream.Named(seed, RandomPurpose.Initialization, name);
        switch (value)
        {
            case InitialValue.Constant constant: Fill(tensor, _ => constant.Value); break;
            case InitialValue.Values values: FillValues(tensor, values, name); break;
            case InitialValue.Uniform uniform: Fill(tensor, i => UniformBetween(uniform, stream.Uniform(i), tensor.Element)); break;
            case InitialValue.Normal normal: Fill(tensor, i => normal.Mean + (normal.StandardDeviation * stream.Normal(i))); break;
            case InitialValue.Orthogonal orthogonal: FillOrthogonal(tensor, orthogonal.Gain, stream); break;
            case InitialValue.Identity identity: FillIdentity(tensor, identity.Gain); break;
            default: throw new UnreachableException();
        }
    }

    private static void Fill(HostTensor tensor, Func<int, double> value)
    {
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor[i] = value(i);
        }
    }

    private static void FillValues(HostTensor tensor, InitialValue.Values values, string name)
    {
        if (values.Elements.Length != tensor.Count)
        {
            throw new ArgumentException($"`{name}` has {tensor.Count} elements and {values.Elements.Length} initial values.", nameof(values));
        }

        Fill(tensor, i => values.Elements[i]);
    }

    private static double UniformBetween(InitialValue.Uniform range, double fraction, TensorElement element)
    {
        var value = range.Low + ((range.High - range.Low) * fraction);

        // Rounding to 32 bits could reach the excluded end.
        return element == TensorElement.Float32 && (float)value >= (float)range.High && range.High > range.Low
            ? MathF.BitDecrement((float)range.High)
            : value;
    }

    private static void FillIdentity(HostTensor tensor, double gain)
    {
        var columns = tensor.Shape.IsEmpty ? 1 : tensor.Shape[^1];
        Fill(tensor, i => i / columns == i % columns ? gain : 0);
    }

    /// <summary>
    /// Axis 0 against all others. The rows (or columns) of a normal matrix are made orthonormal one after another (Gram and
    /// Schmidt, twice each, which reaches working precision); that is Q of a QR factorisation whose R has a positive diagonal, so
    /// the result is uniform over the orthogonal matrices (Mezzadri 2007).
    /// </summary>
    private static void FillOrthogonal(HostTensor tensor, double gain, RandomStream stream)
    {
        var rows = tensor.Shape.IsEmpty ? 1 : tensor.Shape[0];
        if (tensor.Count == 0)
        {
            return;
        }

        var columns = tensor.Count / rows;
        var (vectors, length) = (Math.Min(rows, columns), Math.Max(rows, columns));
        var basis = new double[vectors][];
        for (var v = 0; v < vectors; v++)
        {
            var vector = new double[length];
            for (var i = 0; i < length; i++)
            {
                vector[i] = stream.Normal(((long)v * length) + i);
            }

            Orthogonalize(vector, basis.AsSpan(0, v));
            Orthogonalize(vector, basis.AsSpan(0, v));
            basis[v] = vector;
        }

        Fill(tensor, i => gain * (rows <= columns ? basis[i / columns][i % columns] : basis[i % columns][i / columns]));
    }

    /// <summary>Takes away what lies along the basis, and scales to length 1.</summary>
    private static void Orthogonalize(double[] vector, ReadOnlySpan<double[]> basis)
    {
        foreach (var other in basis)
        {
            var along = Dot(vector, other);
            for (var i = 0; i < vector.Length; i++)
            {
                vector[i] -= along * other[i];
            }
        }

        var norm = Math.Sqrt(Dot(vector, vector));
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] /= norm;
        }
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
