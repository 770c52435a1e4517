using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Uniform on [0, 1), counted by seed, stream, step and row-major position, so that any number of threads draws the same.
/// Inputs: seed and step, int scalars. Each draw of a program has its own stream.
/// </summary>
public sealed record RandomUniformOperator(Shape Result, int Stream) : Operator
{
    public override string Name => "random_uniform";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(Result);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null, null];

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var position = Enumerable.Range(0, Result.Rank).Aggregate((ScalarExpression)new IntConstant(0), (p, a) =>
            IndexMath.Add(IndexMath.Multiply(p, Result[a]), request.Index[a]));
        return new Apply(ScalarFunction.RandomUniform, [request.Input(0, []), new IntConstant(Stream), request.Input(1, []), position], ElementType.Real);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var (seed, step) = ((long)request.Inputs[0].Values[0], (long)request.Inputs[1].Values[0]);
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        for (var i = 0; i < result.Count; i++)
        {
            result.Values[i] = Philox.Uniform(seed, Stream, step, i);
        }

        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        [new("matrix", new RandomUniformOperator(new Shape(5, 19), 3), [ReferenceTensor.Scalar(7, ElementType.Int), ReferenceTensor.Scalar(2, ElementType.Int)])];
}

/// <summary>The value, through which no derivative flows.</summary>
public sealed record StopGradientOperator() : Operator
{
    public override string Name => "stop_gradient";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0];

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null];

    public override ScalarExpression Lower(LoweringRequest request) => request.Input(0, request.Index);

    public override ReferenceTensor Evaluate(EvaluationRequest request) => request.Inputs[0];

    public override IEnumerable<OperatorSample> Samples() => [new("vector", new StopGradientOperator(), [new SampleValues(33).Int(0, 9, 7)])];
}
