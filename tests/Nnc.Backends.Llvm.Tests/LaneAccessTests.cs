using System.Collections.Immutable;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Lanes that are no neighbours in memory, at sizes around multiples of a vector, with nothing read or written outside.</summary>
public sealed class LaneAccessTests
{
    private static readonly Dim N = Dim.Symbol("N");

    [Theory]
    [CombinatorialCases(new[] { 1, 2, 3, 4, 5 }, new[] { 1, 7, 8, 9, 15, 16, 17, 31, 33, 50 })]
    public void Every_kth_element(int step, int length) => Check(
        x => new SliceOperator(1, 1, length, step), new SampleValues(length).Real(3, 2 + ((length - 1) * step)), [N, 2 + ((length - 1) * step)]);

    [Theory]
    [CombinatorialCases(new[] { 2, 3, 4 }, new[] { 1, 4, 5, 8, 9, 16, 17, 21 })]
    public void Windows_that_tile(int size, int windows)
    {
        int[] shape = [2, 3, windows * size, (windows * size) + (size / 2)];
        ImmutableArray<int> kernel = [size, size];
        var geometry = new ConvolutionGeometry([size, size], [0, 0], [0, 0], [1, 1]);
        var images = new SampleValues(size + windows).Real(shape);
        var pooled = new SampleValues(size - windows).Real(2, 3, windows, windows);
        Dim[] input = [N, 3, shape[2], shape[3]];

        Check(x => new WindowReduceOperator(ReductionKind.Sum, kernel, geometry), images, input);
        Check(x => new WindowReduceOperator(ReductionKind.Max, kernel, geometry), images, input);
        Check(x => new WindowSpreadOperator(kernel, geometry, new Shape(shape[2], shape[3])), pooled, [N, 3, windows, windows]);
    }

    private static void Check(Func<Node, Operator> make, ReferenceTensor value, Dim[] shape)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real(shape));
        var y = builder.Apply(make(x), builder.Multiply(x, builder.ConstantLike(x, 0.5)));
        var function = new GraphFunction("f", [new GraphInput("x", InputRole.Data, x)], [new GraphOutput("y", OutputRole.Result, y)]);
        foreach (var cpu in new[] { CpuLevel.Native, CpuLevel.X86V3 })
        {
            NativeRun.Check(function, [value], y.Operator.Name, 1e-6, cpu: cpu);
        }
    }
}
