using System.Collections.Immutable;

namespace Nnc.Graph.Operators;

/// <summary>Shapes and geometries that convolution and both its adjoints are checked with.</summary>
internal static class ConvolutionSamples
{
    public static IEnumerable<(string Title, ConvolutionGeometry Geometry, int[] Input, int[] Kernel, int[] Output, SampleValues Random)> All(int seed)
    {
        yield return Make("one by one", [1, 1, 1, 1], [1, 1, 1, 1], ConvolutionGeometry.Plain(2));
        yield return Make("plain", [2, 3, 7, 6], [5, 3, 3, 3], ConvolutionGeometry.Plain(2));
        yield return Make("padded", [2, 3, 8, 7], [4, 3, 3, 3], Geometry([1, 1], [1, 1], [1, 1], [1, 1]));
        yield return Make("padded on one side", [1, 2, 5, 6], [3, 2, 3, 2], Geometry([1, 1], [1, 0], [0, 1], [1, 1]));
        yield return Make("strided", [2, 2, 9, 8], [3, 2, 3, 3], Geometry([2, 2], [1, 1], [1, 1], [1, 1]));
        yield return Make("stride 3, 2, rows dropped", [1, 3, 11, 8], [2, 3, 2, 3], Geometry([3, 2], [0, 0], [0, 0], [1, 1]));
        yield return Make("dilated", [2, 2, 9, 10], [3, 2, 3, 2], Geometry([1, 1], [2, 1], [2, 1], [2, 3]));
        yield return Make("grouped", [2, 4, 5, 5], [6, 2, 3, 3], Geometry([1, 1], [1, 1], [1, 1], [1, 1], 2));
        yield return Make("depthwise, strided", [1, 3, 6, 7], [3, 1, 3, 3], Geometry([2, 1], [1, 1], [1, 1], [1, 1], 3));
        yield return Make("one axis", [3, 2, 13], [5, 2, 4], Geometry([2], [1], [2], [1]));
        yield return Make("three axes", [1, 2, 4, 3, 5], [3, 2, 2, 2, 3], ConvolutionGeometry.Plain(3));
        yield return Make("many channels", [1, 17, 4, 5], [19, 17, 3, 3], Geometry([1, 1], [1, 1], [1, 1], [1, 1]));
        yield return Make("five by five", [2, 1, 12, 13], [6, 1, 5, 5], Geometry([1, 1], [2, 2], [2, 2], [1, 1]));

        (string, ConvolutionGeometry, int[], int[], int[], SampleValues) Make(string title, int[] input, int[] kernel, ConvolutionGeometry geometry)
        {
            int[] output = [input[0], kernel[0], .. Enumerable.Range(0, geometry.SpatialRank).Select(s => geometry.OutputSize(s, input[2 + s], kernel[2 + s]))];
            return (title, geometry, input, kernel, output, new SampleValues(seed * 100 + title.Length));
        }
    }

    private static ConvolutionGeometry Geometry(
        ImmutableArray<int> strides, ImmutableArray<int> before, ImmutableArray<int> after, ImmutableArray<int> dilations, int groups = 1) =>
        new(strides, before, after, dilations, groups);
}
