using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Every triple of elements that a convolution multiplies, straight from its definition.</summary>
internal static class ConvolutionLoops
{
    /// <summary>Calls <paramref name="visit"/> with the indices of input, kernel and output; the arrays are reused.</summary>
    public static void ForEach(ConvolutionGeometry geometry, int[] input, int[] kernel, int[] output, Action<int[], int[], int[]> visit)
    {
        var spatial = geometry.SpatialRank;
        var outputsPerGroup = kernel[0] / geometry.Groups;
        int[] x = new int[2 + spatial], w = new int[2 + spatial];
        IndexIteration.ForEach(output, y =>
        {
            IndexIteration.ForEach(kernel[1..], tap =>
            {
                (x[0], x[1]) = (y[0], y[1] / outputsPerGroup * kernel[1] + tap[0]);
                (w[0], w[1]) = (y[1], tap[0]);
                for (var s = 0; s < spatial; s++)
                {
                    w[2 + s] = tap[1 + s];
                    x[2 + s] = geometry.Position(s, y[2 + s], tap[1 + s]);
                    if (x[2 + s] < 0 || x[2 + s] >= input[2 + s])
                    {
                        return;
                    }
                }

                visit(x, w, y);
            });
        });
    }
}
