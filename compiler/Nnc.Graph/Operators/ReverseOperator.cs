using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Turns an axis round.</summary>
public sealed record ReverseOperator(int Axis) : Operator
{
    public override string Name => "reverse";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0];

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Inputs[0].Element == ElementType.Real ? request.Builder.Reverse(request.Cotangent, Axis) : null];

    public override Node? Batch(BatchRequest request) => request.Apply(new ReverseOperator(Axis + 1));

    public override ScalarExpression Lower(LoweringRequest request) =>
        request.Input(0, request.Index.SetItem(Axis, IndexMath.Subtract(IndexMath.Constant(request.Node.Shape[Axis] - 1), request.Index[Axis])));

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        IndexIteration.Build(request.Inputs[0].Element, request.ResultShape, index =>
        {
            var source = (int[])index.Clone();
            source[Axis] = request.ResultShape[Axis] - 1 - index[Axis];
            return request.Inputs[0][source];
        });

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(18);
        yield return new("last axis", new ReverseOperator(1), [random.Real(3, 19)]);
        yield return new("first axis", new ReverseOperator(0), [random.Real(4, 3)]);
    }
}
