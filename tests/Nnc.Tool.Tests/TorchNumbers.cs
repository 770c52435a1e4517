using Nnc.Runtime.Tensors;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>What every comparison with PyTorch shares: numbers that both sides compute from one integer hash, and how near is equal.</summary>
internal static class TorchNumbers
{
    /// <summary>Relative to the largest element of a tensor.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Values on [−1, 1): splitmix64 of (stream · 2³² + position), its top 24 bits scaled.</summary>
    public static double[] Uniform(int stream, int count)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var z = ((ulong)stream << 32) + (ulong)i + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = ((double)(z >> 40) / (1 << 23)) - 1;
        }

        return values;
    }

    public static void Compare(string key, HostTensor expected, double[] actual) => Compare(key, expected.ToDoubles(), actual);

    public static void Compare(string key, ReadOnlySpan<double> expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (largest, worst) = (0.0, 0.0);
        for (var i = 0; i < actual.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            worst = Math.Max(worst, double.IsNaN(actual[i]) ? double.PositiveInfinity : Math.Abs(expected[i] - actual[i]));
        }

        Assert.True(worst <= Tolerance * largest, $"{key}: {worst / largest:E2} of the largest element");
    }
}
