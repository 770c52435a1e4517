using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Every triple of elements that a convolution multiplies, straight from its definition.</summary>
internal static class ConvolutionLoops
{
    /// <summary>Calls <paramref name="visit"/> for each output element and each place of the kernel that lies inside the input.</summary>
    public static void ForEach(ConvolutionGeometry geometry, int[] input, int[] kernel, int[] output, Action<ChannelRun> visit)
    {
        var outputsPerGroup = kernel[0] / geometry.Groups;
        var (inputPlane, taps) = (Product(input), Product(kernel));
        var y = 0;
        IndexIteration.ForEach(output, at =>
        {
            var x = (at[0] * input[1] + at[1] / outputsPerGroup * kernel[1]) * inputPlane;
            var w = at[1] * kernel[1] * taps;
            IndexIteration.ForEach(kernel[2..], tap =>
            {
                if (Offset(geometry, input, at, tap) is { } place)
                {
                    visit(new ChannelRun(x + place, inputPlane, w, taps, y, kernel[1]));
                }

                w++;
            });
            y++;
        });
    }

    private static int Product(int[] shape) => shape.Skip(2).Aggregate(1, (a, b) => a * b);

    /// <summary>The offset in the input's plane that a tap reads; null in the padding.</summary>
    private static int? Offset(ConvolutionGeometry geometry, int[] input, int[] output, int[] tap)
    {
        var offset = 0;
        for (var s = 0; s < tap.Length; s++)
        {
            var position = geometry.Position(s, output[2 + s], tap[s]);
            if (position < 0 || position >= input[2 + s])
            {
                return null;
            }

            offset = offset * input[2 + s] + position;
        }

        return offset;
    }
}

/// <summary>
/// The products of one output element at one place of the kernel, one for each channel of its group: offsets of the first, and
/// how far apart they lie in the input and in the kernel.
/// </summary>
internal readonly record struct ChannelRun(int Input, int InputStride, int Kernel, int KernelStride, int Output, int Count);
