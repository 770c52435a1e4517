using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Joins tensors along an axis; all other sizes agree.</summary>
public sealed record ConcatenateOperator(int Axis) : Operator
{
    public override string Name => "concatenate";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        inputs[0] with { Shape = inputs[0].Shape.With(Axis, inputs.Aggregate(Dim.Zero, (sum, i) => sum + i.Shape[Axis])) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var start = Dim.Zero;
        var cotangents = ImmutableArray.CreateBuilder<Node?>();
        foreach (var input in request.Inputs)
        {
            var size = input.Shape[Axis];
            cotangents.Add(input.Element == ElementType.Real ? request.Builder.Slice(request.Cotangent, Axis, start, size) : null);
            start += size;
        }

        return cotangents.ToImmutable();
    }

    public override Node? Batch(BatchRequest request) => request.Apply(new ConcatenateOperator(Axis + 1));

    /// <summary>From the last part to the first: each guards the parts before it.</summary>
    public override ScalarExpression Lower(LoweringRequest request)
    {
        var inputs = request.Node.Inputs;
        var start = inputs.Aggregate(Dim.Zero, (sum, i) => sum + i.Shape[Axis]);
        ScalarExpression? rest = null;
        for (var k = inputs.Length - 1; k >= 0; k--)
        {
            var end = start;
            start -= inputs[k].Shape[Axis];
            var part = request.Input(k, request.Index.SetItem(Axis, IndexMath.Subtract(request.Index[Axis], start)));
            rest = rest is null ? part : new Guarded(IndexMath.Below(request.Index[Axis], end), part, rest);
        }

        return rest!;
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(request.Node.Element, request.ResultShape);
        var start = 0;
        foreach (var input in request.Inputs)
        {
            IndexIteration.ForEach(input.Shape, index =>
            {
                var target = (int[])index.Clone();
                target[Axis] += start;
                result[target] = input[index];
            });
            start += input.Shape[Axis];
        }

        return result;
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(17);
        yield return new("columns", new ConcatenateOperator(1), [random.Real(3, 5), random.Real(3, 1), random.Real(3, 11)]);
        yield return new("rows", new ConcatenateOperator(0), [random.Real(2, 7), random.Real(3, 7)]);
    }
}
