using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Uniform on [0, 1), counted by seed, stream, step and row-major position, so that any number of threads draws the same.
/// Inputs: seed and step, and where a step draws more than once, as a recurrence does at each t, the number of the repetition:
/// int tensors over the leading axes of the result. Repetition r has the positions from r·(elements of one draw) on, so that the
/// draws of a whole recurrence are those of one tensor. Each draw of a program has its own stream.
/// </summary>
/// <param name="BatchAxes">The number of leading axes that the inputs have and that lie between draws.</param>
public sealed record RandomUniformOperator(Shape Result, int Stream, int BatchAxes = 0) : Operator
{
    public override string Name => "random_uniform";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(Result);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [.. request.Inputs.Select(_ => (Node?)null)];

    public override Node? Batch(BatchRequest request) => request.Apply(new RandomUniformOperator(request.Batched(Result), Stream, BatchAxes + 1));

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var draw = request.Index[..BatchAxes];
        var first = request.Node.Inputs.Length > 2 ? request.Input(2, draw) : new IntConstant(0);
        var position = Enumerable.Range(BatchAxes, Result.Rank - BatchAxes).Aggregate(first, (p, a) =>
            IndexMath.Add(IndexMath.Multiply(p, Result[a]), request.Index[a]));
        return new Apply(ScalarFunction.RandomUniform, [request.Input(0, draw), new IntConstant(Stream), request.Input(1, draw), position], ElementType.Real);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        var count = request.ResultShape.Skip(BatchAxes).Aggregate(1, (product, size) => product * size);
        for (var i = 0; i < result.Count; i++)
        {
            var draw = i / count;
            var repetition = request.Inputs.Length > 2 ? (long)request.Inputs[2].Values[draw] : 0;
            result.Values[i] = Philox.Uniform(
                (long)request.Inputs[0].Values[draw], Stream, (long)request.Inputs[1].Values[draw], repetition * count + i % count);
        }

        return result;
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(34);
        yield return new("matrix", new RandomUniformOperator(new Shape(5, 19), 3), [Int(7), Int(2)]);
        yield return new("a repetition", new RandomUniformOperator(new Shape(5, 19), 3), [Int(7), Int(2), Int(4)]);
        yield return new("scalar repetitions", new RandomUniformOperator(new Shape(6), 3, 1), [random.Int(0, 99, 6), random.Int(1, 99, 6), random.Int(0, 99, 6)]);
        yield return new("rows of draws", new RandomUniformOperator(new Shape(3, 2, 7), 4, 1), [random.Int(0, 99, 3), random.Int(1, 99, 3)]);

        static ReferenceTensor Int(double value) => ReferenceTensor.Scalar(value, ElementType.Int);
    }
}

/// <summary>The value, through which no derivative flows.</summary>
public sealed record StopGradientOperator() : Operator
{
    public override string Name => "stop_gradient";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0];

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null];

    public override Node? Batch(BatchRequest request) => request.Apply(this);

    public override ScalarExpression Lower(LoweringRequest request) => request.Input(0, request.Index);

    public override ReferenceTensor Evaluate(EvaluationRequest request) => request.Inputs[0];

    public override IEnumerable<OperatorSample> Samples() => [new("vector", new StopGradientOperator(), [new SampleValues(33).Int(0, 9, 7)])];
}
