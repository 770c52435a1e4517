using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Repeats a tensor along new axes or stretches axes of size 1. <paramref name="AxisMap"/> has an entry an axis of the result:
/// the input axis it reads, or −1 for a new one. An axis is stretched where the input's size is 1 and the result's is not.
/// </summary>
public sealed record BroadcastOperator(Shape Result, ImmutableArray<int> AxisMap) : Operator
{
    public override string Name => "broadcast";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(inputs[0].Element, Result);

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var input = request.Inputs[0];
        if (input.Element != ElementType.Real)
        {
            return [null];
        }

        // The axes that remain come in the result's order and go back to the input's; reshaping restores axes of size 1.
        var isSummed = Enumerable.Range(0, Result.Rank).ToLookup(a => AxisMap[a] < 0 || IsStretched(input.Shape, a));
        var sum = request.Builder.Reduce(ReductionKind.Sum, request.Cotangent, [.. isSummed[true]]);
        int[] kept = [.. isSummed[false].Select(a => AxisMap[a])];
        var ordered = request.Builder.Transpose(sum, [.. Enumerable.Range(0, kept.Length).OrderBy(k => kept[k])]);
        return [request.Builder.Reshape(ordered, input.Shape)];
    }

    public override Node? Batch(BatchRequest request) =>
        request.Builder.Broadcast(request.Inputs[0], request.Batched(Result), [0, .. AxisMap.Select(a => a < 0 ? -1 : a + 1)]);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var input = request.Node.Inputs[0].Shape;
        var index = new ScalarExpression[input.Rank];
        for (var a = 0; a < Result.Rank; a++)
        {
            if (AxisMap[a] >= 0)
            {
                index[AxisMap[a]] = IsStretched(input, a) ? new IntConstant(0) : request.Index[a];
            }
        }

        return request.Input(0, [.. index]);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        return IndexIteration.Build(input.Element, request.ResultShape, index =>
        {
            var source = new int[input.Rank];
            for (var a = 0; a < index.Length; a++)
            {
                if (AxisMap[a] >= 0)
                {
                    source[AxisMap[a]] = input.Shape[AxisMap[a]] == 1 ? 0 : index[a];
                }
            }

            return input[source];
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(11);
        yield return new("row to matrix", new BroadcastOperator(new Shape(3, 7), [-1, 0]), [random.Real(7)]);
        yield return new("column to matrix", new BroadcastOperator(new Shape(5, 13), [0, -1]), [random.Real(5)]);
        yield return new("scalar", new BroadcastOperator(new Shape(4, 3), [-1, -1]), [random.Real()]);
        yield return new("channels", new BroadcastOperator(new Shape(2, 3, 5, 4), [-1, 0, -1, -1]), [random.Real(3)]);
        yield return new("axes turned", new BroadcastOperator(new Shape(5, 3, 7), [1, -1, 0]), [random.Real(7, 5)]);
        yield return new("stretch", new BroadcastOperator(new Shape(4, 17), [0, 1]), [random.Real(4, 1)]);
    }

    public bool Equals(BroadcastOperator? other) => other is not null && Result.Equals(other.Result) && AxisMap.SequenceEqual(other.AxisMap);

    public override int GetHashCode() => AxisMap.Aggregate(Result.GetHashCode(), HashCode.Combine);

    private bool IsStretched(Shape input, int axis) => AxisMap[axis] >= 0 && input[AxisMap[axis]] != Result[axis];
}
