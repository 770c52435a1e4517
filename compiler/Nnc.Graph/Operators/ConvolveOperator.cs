using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Cross-correlation, which the field calls convolution: x [N, C, size…], w [O, C / groups, kernel…] → [N, O, output…].
/// Any number of spatial axes; group g of outputs sees group g of channels.
/// </summary>
public sealed record ConvolveOperator(ConvolutionGeometry Geometry) : Operator
{
    public override string Name => "convolve";

    public override TensorType Infer(ImmutableArray<TensorType> inputs)
    {
        var (x, w) = (inputs[0].Shape, inputs[1].Shape);
        return TensorType.Real([x[0], w[0], .. Enumerable.Range(0, Geometry.SpatialRank).Select(s => Geometry.OutputSize(s, x[2 + s], w[2 + s]))]);
    }

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (x, w) = (request.Inputs[0], request.Inputs[1]);
        return
        [
            request.Builder.Apply(new ConvolveInputGradientOperator(Geometry, new Shape(x.Shape.Skip(1))), request.Cotangent, w),
            request.Builder.Apply(new ConvolveKernelGradientOperator(Geometry, new Shape(w.Shape.Skip(2))), x, request.Cotangent),
        ];
    }

    /// <summary>Kernels that all positions share see one larger batch of samples.</summary>
    public override Node? Batch(BatchRequest request) =>
        request.IsBatched[1] ? BatchedConvolution.Output(Geometry, request) : SampleFolding.Apply(this, request, shared: 1);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var (x, w) = (request.Node.Inputs[0].Shape, request.Node.Inputs[1].Shape);
        var channel = request.FreshAxis("c", w[1]);
        var taps = Enumerable.Range(0, Geometry.SpatialRank).Select(s => request.FreshAxis($"u{s}", w[2 + s])).ToImmutableArray();
        var (position, guard) = WindowIndex.Positions(Geometry, request.Index[2..], [.. taps.Select(t => new AxisValue(t))], x.Sizes[2..]);
        ScalarExpression inputChannel = new AxisValue(channel);
        if (Geometry.Groups > 1)
        {
            var group = IndexMath.FloorDivide(request.Index[1], Dim.FloorDiv(w[0], Geometry.Groups));
            inputChannel = IndexMath.Add(IndexMath.Multiply(group, w[1]), inputChannel);
        }

        var left = WindowIndex.Guard(guard, request.Input(0, [request.Index[0], inputChannel, .. position]));
        var right = request.Input(1, [request.Index[1], new AxisValue(channel), .. taps.Select(t => new AxisValue(t))]);
        return new Reduction(ReductionKind.Sum, [channel, .. taps], new Apply(ScalarFunction.Multiply, [left, right], ElementType.Real));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        var (x, w) = (request.Inputs[0].Values, request.Inputs[1].Values);
        ConvolutionLoops.ForEach(Geometry, request.Inputs[0].Shape, request.Inputs[1].Shape, request.ResultShape, run =>
        {
            var sum = 0.0;
            for (var c = 0; c < run.Count; c++)
            {
                sum += x[run.Input + c * run.InputStride] * w[run.Kernel + c * run.KernelStride];
            }

            result.Values[run.Output] += sum;
        });
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in ConvolutionSamples.All(25)
        select new OperatorSample(s.Title, new ConvolveOperator(s.Geometry), [s.Random.Real(s.Input), s.Random.Real(s.Kernel)]);
}
