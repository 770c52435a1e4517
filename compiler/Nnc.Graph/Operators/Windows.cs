using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>What the window operators share.</summary>
internal static class Windows
{
    public static Shape OutputShape(Shape input, ImmutableArray<int> kernel, ConvolutionGeometry geometry) =>
        new([input[0], input[1], .. Enumerable.Range(0, kernel.Length).Select(s => geometry.OutputSize(s, input[2 + s], kernel[s]))]);

    public static ImmutableArray<Axis> Taps(LoweringRequest request, ImmutableArray<int> kernel) =>
        [.. kernel.Select((size, s) => request.FreshAxis($"u{s}", size))];

    public static ImmutableArray<ScalarExpression> Values(ImmutableArray<Axis> axes) => [.. axes.Select(a => new AxisValue(a))];

    /// <summary>A row-major position within a window as one position an axis.</summary>
    public static ImmutableArray<ScalarExpression> Split(ScalarExpression flat, ImmutableArray<int> kernel)
    {
        var taps = new ScalarExpression[kernel.Length];
        for (var s = kernel.Length - 1; s >= 0; s--)
        {
            taps[s] = s == 0 ? flat : IndexMath.Modulo(flat, kernel[s]);
            flat = IndexMath.FloorDivide(flat, kernel[s]);
        }

        return [.. taps];
    }

    /// <summary>For windows that tile the input: the value of an element's one window, 0 beyond the last.</summary>
    public static ScalarExpression OfTiles(
        LoweringRequest request, ConvolutionGeometry geometry, Func<ImmutableArray<ScalarExpression>, ScalarExpression> value)
    {
        var outputs = request.Node.Inputs[^1].Shape;
        ScalarExpression? guard = null;
        var position = ImmutableArray.CreateBuilder<ScalarExpression>();
        position.AddRange(request.Index[..2]);
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            var output = IndexMath.FloorDivide(request.Index[2 + s], geometry.Strides[s]);
            position.Add(output);
            if (outputs[2 + s] * geometry.Strides[s] != request.Node.Shape[2 + s])
            {
                guard = WindowIndex.And(guard, IndexMath.Below(output, outputs[2 + s]));
            }
        }

        return WindowIndex.Guard(guard, value(position.ToImmutable()));
    }

    /// <summary>Visits a window's elements that lie inside the input, with their row-major position in the window.</summary>
    public static void ForEachInside(ImmutableArray<int> kernel, ConvolutionGeometry geometry, int[] input, int[] output, Action<int[], int> visit)
    {
        var flat = 0;
        var x = new int[input.Length];
        (x[0], x[1]) = (output[0], output[1]);
        IndexIteration.ForEach([.. kernel], tap =>
        {
            var isInside = true;
            for (var s = 0; s < kernel.Length; s++)
            {
                x[2 + s] = geometry.Position(s, output[2 + s], tap[s]);
                isInside &= x[2 + s] >= 0 && x[2 + s] < input[2 + s];
            }

            if (isInside)
            {
                visit(x, flat);
            }

            flat++;
        });
    }

    public static IEnumerable<(string Title, ImmutableArray<int> Kernel, ConvolutionGeometry Geometry, int[] Input, int[] Output)> SampleGeometries()
    {
        yield return Make("tiles", [2, 2], new([2, 2], [0, 0], [0, 0], [1, 1]), [2, 3, 6, 8]);
        yield return Make("tiles, a row dropped", [2, 2], new([2, 2], [0, 0], [0, 0], [1, 1]), [1, 2, 7, 5]);
        yield return Make("overlapping", [3, 3], new([2, 2], [1, 1], [1, 1], [1, 1]), [2, 1, 7, 9]);
        yield return Make("dilated", [2, 3], new([1, 1], [0, 1], [0, 1], [2, 1]), [1, 2, 6, 5]);
        yield return Make("one axis", [3], new([3], [0], [0], [1]), [2, 5, 18]);

        static (string, ImmutableArray<int>, ConvolutionGeometry, int[], int[]) Make(
            string title, ImmutableArray<int> kernel, ConvolutionGeometry geometry, int[] input) =>
            (title, kernel, geometry, input,
                [input[0], input[1], .. Enumerable.Range(0, kernel.Length).Select(s => geometry.OutputSize(s, input[2 + s], kernel[s]))]);
    }
}
