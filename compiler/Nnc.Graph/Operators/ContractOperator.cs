using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Σ of products of two tensors over shared labels: an axis's label tells which axes run together. Labels of the result are
/// kept, all others are summed. <c>[0,1]·[1,2] → [0,2]</c> is the matrix product.
/// </summary>
public sealed record ContractOperator(ImmutableArray<int> Left, ImmutableArray<int> Right, ImmutableArray<int> Result) : Operator
{
    public override string Name => $"contract {Text(Left)},{Text(Right)}->{Text(Result)}";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        TensorType.Real(Result.Select(label => SizeOf(label, inputs[0].Shape, inputs[1].Shape)));

    /// <summary>The multiplications of all products: every combination of the labels' values.</summary>
    public Dim MultiplicationsOf(Node node)
    {
        var sizes = Left.Zip(node.Inputs[0].Shape).Concat(Right.Zip(node.Inputs[1].Shape)).DistinctBy(p => p.First);
        return sizes.Aggregate(Dim.One, (product, pair) => product * pair.Second);
    }

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (b, left, right) = (request.Builder, request.Inputs[0], request.Inputs[1]);
        return [ToOperand(b, request.Cotangent, right, Right, left, Left), ToOperand(b, request.Cotangent, left, Left, right, Right)];
    }

    /// <summary>
    /// A new label on the batched operands, kept as the result's first. Nothing is spread: a product of every position with one
    /// matrix, <c>x[t] @ W</c>, is one product of all rows, <c>[t, n, k]·[k, m] → [t, n, m]</c>.
    /// </summary>
    public override Node? Batch(BatchRequest request)
    {
        var position = Left.Concat(Right).DefaultIfEmpty(-1).Max() + 1;
        return request.Builder.Contract(request.Inputs[0], request.Inputs[1], Labels(0, Left), Labels(1, Right), [position, .. Result]);

        ImmutableArray<int> Labels(int operand, ImmutableArray<int> labels) => request.IsBatched[operand] ? [position, .. labels] : labels;
    }

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var (left, right) = (request.Node.Inputs[0].Shape, request.Node.Inputs[1].Shape);
        var position = new Dictionary<int, ScalarExpression>();
        for (var a = 0; a < Result.Length; a++)
        {
            position[Result[a]] = request.Index[a];
        }

        var axes = ImmutableArray.CreateBuilder<Axis>();
        foreach (var label in Left.Concat(Right).Distinct().Where(l => !Result.Contains(l)))
        {
            var axis = request.FreshAxis($"k{label}", SizeOf(label, left, right));
            axes.Add(axis);
            position[label] = new AxisValue(axis);
        }

        var product = new Apply(ScalarFunction.Multiply,
            [request.Input(0, [.. Left.Select(l => position[l])]), request.Input(1, [.. Right.Select(l => position[l])])], ElementType.Real);
        return axes.Count == 0 ? product : new Reduction(ReductionKind.Sum, axes.ToImmutable(), product);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var (left, right) = (request.Inputs[0], request.Inputs[1]);
        var labels = Left.Concat(Right).Distinct().ToArray();
        var sizes = labels.Select(l => Left.Contains(l) ? left.Shape[Left.IndexOf(l)] : right.Shape[Right.IndexOf(l)]).ToArray();
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        int[] Place(ImmutableArray<int> of) => [.. of.Select(l => Array.IndexOf(labels, l))];
        var (inLeft, inRight, inResult) = (Place(Left), Place(Right), Place(Result));
        IndexIteration.ForEach(sizes, index =>
            result.Values[Offset(result, inResult, index)] +=
                left.Values[Offset(left, inLeft, index)] * right.Values[Offset(right, inRight, index)]);
        return result;
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(24);
        foreach (var (m, k, n) in new[] { (1, 1, 1), (3, 5, 7), (17, 33, 19), (1, 40, 35), (13, 1, 29), (31, 64, 16) })
        {
            yield return new($"{m}×{k}×{n}", new ContractOperator([0, 1], [1, 2], [0, 2]), [random.Real(m, k), random.Real(k, n)]);
        }

        yield return new("transposed left", new ContractOperator([1, 0], [1, 2], [0, 2]), [random.Real(23, 5), random.Real(23, 18)]);
        yield return new("transposed right", new ContractOperator([0, 1], [2, 1], [0, 2]), [random.Real(5, 23), random.Real(18, 23)]);
        yield return new("transposed result", new ContractOperator([0, 1], [1, 2], [2, 0]), [random.Real(5, 7), random.Real(7, 19)]);
        yield return new("batched", new ContractOperator([3, 0, 1], [3, 1, 2], [3, 0, 2]), [random.Real(3, 5, 7), random.Real(3, 7, 18)]);
        yield return new("heads", new ContractOperator([0, 1, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3]), [random.Real(2, 3, 5, 4), random.Real(2, 3, 7, 4)]);
        yield return new("outer", new ContractOperator([0], [1], [0, 1]), [random.Real(5), random.Real(17)]);
        yield return new("dot", new ContractOperator([0], [0], []), [random.Real(37), random.Real(37)]);
        yield return new("summed out on one side", new ContractOperator([0, 1, 2], [2, 3], [0, 3]), [random.Real(3, 2, 5), random.Real(5, 7)]);
    }

    public bool Equals(ContractOperator? other) =>
        other is not null && Left.SequenceEqual(other.Left) && Right.SequenceEqual(other.Right) && Result.SequenceEqual(other.Result);

    public override int GetHashCode() => Left.Concat(Right).Concat(Result).Aggregate(17, HashCode.Combine);

    /// <summary>d contracted with the other operand; labels that only this operand has were summed out, so they are spread again.</summary>
    private Node ToOperand(GraphBuilder b, Node d, Node other, ImmutableArray<int> otherLabels, Node operand, ImmutableArray<int> labels)
    {
        ImmutableArray<int> known = [.. labels.Where(l => Result.Contains(l) || otherLabels.Contains(l))];
        var partial = b.Contract(d, other, Result, otherLabels, known);
        return known.Length == labels.Length
            ? partial
            : b.Broadcast(partial, operand.Shape, [.. labels.Select(l => known.IndexOf(l))]);
    }

    private Dim SizeOf(int label, Shape left, Shape right) => Left.Contains(label) ? left[Left.IndexOf(label)] : right[Right.IndexOf(label)];

    private static int Offset(ReferenceTensor tensor, int[] places, int[] index)
    {
        var offset = 0;
        for (var a = 0; a < places.Length; a++)
        {
            offset = offset * tensor.Shape[a] + index[places[a]];
        }

        return offset;
    }

    private static string Text(ImmutableArray<int> labels) => string.Concat(labels.Select(l => (char)('a' + l % 26)));
}
