using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// The adjoint of <see cref="ConvolveOperator"/> in its input, which is also the transposed convolution: dy [N, O, output…],
/// w [O, C / groups, kernel…] → [N, C, size…].
/// </summary>
/// <param name="Input">The input's shape without its first axis: [C, size…].</param>
public sealed record ConvolveInputGradientOperator(ConvolutionGeometry Geometry, Shape Input) : Operator
{
    public override string Name => "convolve_input_gradient";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real([inputs[0].Shape[0], .. Input]);

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (dy, w) = (request.Inputs[0], request.Inputs[1]);
        return
        [
            request.Builder.Apply(new ConvolveOperator(Geometry), request.Cotangent, w),
            request.Builder.Apply(new ConvolveKernelGradientOperator(Geometry, new Shape(w.Shape.Skip(2))), request.Cotangent, dy),
        ];
    }

    /// <summary>Kernels that all positions share see one larger batch of samples.</summary>
    public override Node? Batch(BatchRequest request) =>
        request.IsBatched[1] ? BatchedConvolution.InputGradient(Geometry, Input, request) : SampleFolding.Apply(this, request, shared: 1);

    /// <summary>dx[n, c, h] = Σ_{o, u} dy[n, o, (h + before − u·dilation) / stride] · w[o, c, u], where that division is exact and in range.</summary>
    public override ScalarExpression Lower(LoweringRequest request)
    {
        var (dy, w) = (request.Node.Inputs[0].Shape, request.Node.Inputs[1].Shape);
        var output = request.FreshAxis("o", Dim.FloorDiv(w[0], Geometry.Groups));
        var taps = Enumerable.Range(0, Geometry.SpatialRank).Select(s => request.FreshAxis($"u{s}", w[2 + s])).ToImmutableArray();
        ScalarExpression outputChannel = new AxisValue(output), kernelChannel = request.Index[1];
        if (Geometry.Groups > 1)
        {
            var group = IndexMath.FloorDivide(request.Index[1], w[1]);
            outputChannel = IndexMath.Add(IndexMath.Multiply(group, output.Extent), outputChannel);
            kernelChannel = IndexMath.Modulo(request.Index[1], w[1]);
        }

        var (position, guard) = WindowIndex.Outputs(Geometry, request.Index[2..], [.. taps.Select(t => new AxisValue(t))], dy.Sizes[2..]);
        var left = WindowIndex.Guard(guard, request.Input(0, [request.Index[0], outputChannel, .. position]));
        var right = request.Input(1, [outputChannel, kernelChannel, .. taps.Select(t => new AxisValue(t))]);
        return new Reduction(ReductionKind.Sum, [output, .. taps], new Apply(ScalarFunction.Multiply, [left, right], ElementType.Real));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        var (dy, w) = (request.Inputs[0].Values, request.Inputs[1].Values);
        ConvolutionLoops.ForEach(Geometry, request.ResultShape, request.Inputs[1].Shape, request.Inputs[0].Shape, run =>
        {
            for (var c = 0; c < run.Count; c++)
            {
                result.Values[run.Input + c * run.InputStride] += dy[run.Output] * w[run.Kernel + c * run.KernelStride];
            }
        });
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in ConvolutionSamples.All(26)
        select new OperatorSample(s.Title, new ConvolveInputGradientOperator(s.Geometry, new Shape(s.Input.Skip(1).Select(d => (Dim)d))),
            [s.Random.Real(s.Output), s.Random.Real(s.Kernel)]);
}
