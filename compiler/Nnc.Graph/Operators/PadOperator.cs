using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Adds elements of one value before and after an axis.</summary>
public sealed record PadOperator(int Axis, Dim Before, Dim After, double Value) : Operator
{
    public override string Name => "pad";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        inputs[0] with { Shape = inputs[0].Shape.With(Axis, inputs[0].Shape[Axis] + Before + After) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Inputs[0].Element == ElementType.Real
            ? request.Builder.Slice(request.Cotangent, Axis, Before, request.Inputs[0].Shape[Axis])
            : null];

    public override Node? Batch(BatchRequest request) => request.Builder.Pad(request.Inputs[0], Axis + 1, Before, After, Value);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var input = request.Node.Inputs[0];
        var position = IndexMath.Subtract(request.Index[Axis], Before);
        return new Guarded(
            IndexMath.InRange(position, input.Shape[Axis]),
            request.Input(0, request.Index.SetItem(Axis, position)),
            ScalarLiterals.Of(Value, input.Element));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var before = checked((int)Before.Evaluate(request.Sizes));
        var input = request.Inputs[0];
        return IndexIteration.Build(input.Element, request.ResultShape, index =>
        {
            var source = (int[])index.Clone();
            source[Axis] -= before;
            return source[Axis] >= 0 && source[Axis] < input.Shape[Axis] ? input[source] : Value;
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(16);
        yield return new("both", new PadOperator(1, 2, 3, 0), [random.Real(3, 5)]);
        yield return new("after, with a value", new PadOperator(0, 0, 2, -1.5), [random.Real(3, 7)]);
    }
}
