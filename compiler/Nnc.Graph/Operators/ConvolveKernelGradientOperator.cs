using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>The adjoint of <see cref="ConvolveOperator"/> in its kernel: x [N, C, size…], dy [N, O, output…] → [O, C / groups, kernel…].</summary>
/// <param name="Kernel">The kernel's spatial sizes.</param>
public sealed record ConvolveKernelGradientOperator(ConvolutionGeometry Geometry, Shape Kernel) : Operator
{
    public override string Name => "convolve_kernel_gradient";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        TensorType.Real([inputs[1].Shape[1], Dim.FloorDiv(inputs[0].Shape[1], Geometry.Groups), .. Kernel]);

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (x, dy) = (request.Inputs[0], request.Inputs[1]);
        return
        [
            request.Builder.Apply(new ConvolveInputGradientOperator(Geometry, new Shape(x.Shape.Skip(1))), dy, request.Cotangent),
            request.Builder.Apply(new ConvolveOperator(Geometry), x, request.Cotangent),
        ];
    }

    /// <summary>A kernel for each position, so that the samples of the positions stay apart.</summary>
    public override Node? Batch(BatchRequest request) => BatchedConvolution.KernelGradient(Geometry, Kernel, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var (x, dy) = (request.Node.Inputs[0].Shape, request.Node.Inputs[1].Shape);
        var sample = request.FreshAxis("n", x[0]);
        var places = Enumerable.Range(0, Geometry.SpatialRank).Select(s => request.FreshAxis($"i{s}", dy[2 + s])).ToImmutableArray();
        ImmutableArray<ScalarExpression> at = [.. places.Select(p => new AxisValue(p))];
        var (position, guard) = WindowIndex.Positions(Geometry, at, request.Index[2..], x.Sizes[2..]);
        var channel = request.Index[1];
        if (Geometry.Groups > 1)
        {
            var group = IndexMath.FloorDivide(request.Index[0], Dim.FloorDiv(dy[1], Geometry.Groups));
            channel = IndexMath.Add(IndexMath.Multiply(group, Dim.FloorDiv(x[1], Geometry.Groups)), channel);
        }

        var left = WindowIndex.Guard(guard, request.Input(0, [new AxisValue(sample), channel, .. position]));
        var right = request.Input(1, [new AxisValue(sample), request.Index[0], .. at]);
        return new Reduction(ReductionKind.Sum, [sample, .. places], new Apply(ScalarFunction.Multiply, [left, right], ElementType.Real));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        var (x, dy) = (request.Inputs[0].Values, request.Inputs[1].Values);
        ConvolutionLoops.ForEach(Geometry, request.Inputs[0].Shape, request.ResultShape, request.Inputs[1].Shape, run =>
        {
            for (var c = 0; c < run.Count; c++)
            {
                result.Values[run.Kernel + c * run.KernelStride] += dy[run.Output] * x[run.Input + c * run.InputStride];
            }
        });
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in ConvolutionSamples.All(27)
        select new OperatorSample(s.Title, new ConvolveKernelGradientOperator(s.Geometry, new Shape(s.Kernel.Skip(2).Select(d => (Dim)d))),
            [s.Random.Real(s.Input), s.Random.Real(s.Output)]);
}
