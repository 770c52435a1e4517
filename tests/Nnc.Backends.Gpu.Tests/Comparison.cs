using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

internal static class Comparison
{
    /// <summary>
    /// The least scale that differences are measured by: what rounding leaves of terms of order one whose sum is zero, as the
    /// gradient of a bias before a normalisation, has no digits, and everything computed from it has none.
    /// </summary>
    private const double LeastScale = 0.02;

    /// <param name="tolerance">Largest difference, relative to the largest value of the tensor.</param>
    public static void AssertClose(
        IReadOnlyDictionary<string, ReferenceTensor> expected, IReadOnlyDictionary<string, ReferenceTensor> actual, double tolerance, string title)
    {
        foreach (var (name, tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            var scale = tensor.Values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
            foreach (var (e, a) in tensor.Values.Zip(actual[name].Values))
            {
                Assert.True(e.Equals(a) || Math.Abs(e - a) <= tolerance * Math.Max(scale, LeastScale), $"{title}, {name}: {a} instead of {e}");
            }
        }
    }
}
