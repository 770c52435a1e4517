using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Convolutions and their adjoints reach the contraction emitter for every geometry.</summary>
public sealed class ConvolutionSchedulingTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(2, 0, 1, 1)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(1, 1, 2, 1)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(1, 1, 1, 2)]
    [InlineData(2, 1, 1, 2)]
    public void Every_kernel_is_a_contraction_or_writes_zeros(int stride, int pad, int dilation, int groups)
    {
        var geometry = new ConvolutionGeometry([stride, stride], [pad, pad], [pad, pad], [dilation, dilation], groups);
        var builder = new GraphBuilder();
        var (x, w) = (builder.Input("x", TensorType.Real(2, 4, 9, 8)), builder.Input("w", TensorType.Real(6, 4 / groups, 3, 3)));
        var y = builder.Convolve(x, w, geometry);
        var dy = builder.Input("dy", y.Type);
        var dx = builder.Apply(new ConvolveInputGradientOperator(geometry, new Shape(4, 9, 8)), dy, w);
        var dw = builder.Apply(new ConvolveKernelGradientOperator(geometry, new Shape(3, 3)), x, dy);
        var function = new GraphFunction("conv",
            [new("x", InputRole.Data, x), new("w", InputRole.Data, w), new("dy", InputRole.Data, dy)],
            [new("y", OutputRole.Result, y), new("dx", OutputRole.Result, dx), new("dw", OutputRole.Result, dw)]);
        var random = new Random(3);
        var program = Compare.Check(function, [.. function.Inputs.Select(i => TrainingStepTests.Sample(random, i, 1))], "convolution");
        Assert.All(program.Kernels, k => Assert.True(k.Contraction is not null || k.Stores.All(s => s.Value is RealConstant { Value: 0 }), KernelPrinter.Print(program)));
        Assert.DoesNotContain("modulo", KernelPrinter.Print(program));
    }
}
