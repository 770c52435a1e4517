using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Passes;

/// <summary>Rules for sums over axes, which hand the sum to what made the axes; exact but for the order of additions.</summary>
/// <example><c>Σ_t Σ_n a[t, n, i]·b[t, n, j]</c>, the gradient of a recurrence's weights, is one contraction over t and n.</example>
internal static class SumRules
{
    /// <param name="isShared">Whether a node has other users, for which it is computed anyway: then the sum only adds to it.</param>
    public static Node? Rewrite(GraphBuilder b, Node node, ReduceOperator op, Func<Node, bool> isShared)
    {
        var input = node.Inputs[0];
        if (op.Axes.Length == 0 || op.Kind != ReductionKind.Sum || node.Element != ElementType.Real)
        {
            return op.Axes.Length == 0 ? input : null;
        }

        return input.Operator switch
        {
            ReduceOperator { Kind: ReductionKind.Sum } inner => OfSum(b, input, op.Axes, inner),
            BroadcastOperator broadcast => OfBroadcast(b, node, op.Axes, broadcast),
            ContractOperator contraction when !isShared(input) => OfContraction(b, input, op.Axes, contraction),
            ScatterAddOperator scatter when !isShared(input) => OfScatterAdd(b, input, op.Axes, scatter),
            AccessGradientOperator gradient when !isShared(input) => OfAccessGradient(b, input, op.Axes, gradient),
            ConcatenateOperator joined when !isShared(input) && !op.Axes.Contains(joined.Axis) => OfJoined(b, input, op.Axes, joined),
            _ => null,
        };
    }

    /// <summary>Joined along another axis: the sums of the parts, joined.</summary>
    private static Node OfJoined(GraphBuilder b, Node input, ImmutableArray<int> axes, ConcatenateOperator joined)
    {
        var sums = input.Inputs.Select(p => b.Reduce(ReductionKind.Sum, p, axes)).Select(s => s.Operator is ReduceOperator op ? Rewrite(b, s, op, _ => false) ?? s : s);
        return b.Concatenate([.. sums], joined.Axis - axes.Count(a => a < joined.Axis));
    }

    /// <summary>A sum, with the rule for it applied.</summary>
    private static Node Sum(GraphBuilder b, Node node, ImmutableArray<int> axes)
    {
        var sum = b.Reduce(ReductionKind.Sum, node, axes);
        return sum.Operator is ReduceOperator op && sum != node ? Rewrite(b, sum, op, _ => true) ?? sum : sum;
    }

    /// <summary>A sum of a sum is one sum.</summary>
    private static Node OfSum(GraphBuilder b, Node input, ImmutableArray<int> axes, ReduceOperator inner)
    {
        int[] kept = [.. Enumerable.Range(0, input.Inputs[0].Type.Rank).Where(a => !inner.Axes.Contains(a))];
        return b.Reduce(ReductionKind.Sum, input.Inputs[0], [.. inner.Axes.Concat(axes.Select(a => kept[a]))]);
    }

    /// <summary>A sum over axes that a broadcast made is a multiplication by their sizes.</summary>
    private static Node? OfBroadcast(GraphBuilder b, Node node, ImmutableArray<int> axes, BroadcastOperator broadcast)
    {
        var input = node.Inputs[0];
        int[] made = [.. axes.Where(a => broadcast.AxisMap[a] < 0)];
        if (made.Length == 0)
        {
            return null;
        }

        int[] rest = [.. Enumerable.Range(0, input.Type.Rank).Except(made)];
        var spread = b.Broadcast(input.Inputs[0], new Shape(rest.Select(a => input.Shape[a])), [.. rest.Select(a => broadcast.AxisMap[a])]);
        var sum = Sum(b, spread, [.. axes.Except(made).Select(a => Array.IndexOf(rest, a))]);
        var count = made.Aggregate(Dim.One, (product, a) => product * input.Shape[a]);
        return b.Multiply(sum, b.BroadcastTo(b.Cast(b.Size(count), ElementType.Real), node.Shape));
    }

    /// <summary>
    /// A label of both operands is summed with the products; one of a single operand is summed out of it before:
    /// Σ_{t, m} a[t, m, k]·b[t, k, n] = Σ_{t, k} (Σ_m a[t, m, k])·b[t, k, n].
    /// </summary>
    private static Node? OfContraction(GraphBuilder b, Node input, ImmutableArray<int> axes, ContractOperator contraction)
    {
        var (left, right) = (contraction.Left, contraction.Right);
        if (left.Distinct().Count() < left.Length || right.Distinct().Count() < right.Length)
        {
            return null;
        }

        int[] summed = [.. axes.Select(a => contraction.Result[a])];
        int[] both = [.. left.Intersect(right)];
        return b.Contract(
            SumOver(input.Inputs[0], left), SumOver(input.Inputs[1], right), Remaining(left), Remaining(right),
            [.. contraction.Result.Except(summed)]);

        Node SumOver(Node operand, ImmutableArray<int> labels) =>
            Sum(b, operand, [.. Enumerable.Range(0, labels.Length).Where(a => summed.Contains(labels[a]) && !both.Contains(labels[a]))]);

        ImmutableArray<int> Remaining(ImmutableArray<int> labels) => [.. labels.Where(l => !summed.Contains(l) || both.Contains(l))];
    }

    /// <summary>A table for each position, summed over the positions, is one table that all slices are added into.</summary>
    private static Node? OfScatterAdd(GraphBuilder b, Node input, ImmutableArray<int> axes, ScatterAddOperator scatter)
    {
        int[] shared = [.. axes.Where(a => a < scatter.BatchAxes)];
        if (shared.Length == 0)
        {
            return null;
        }

        var axis = shared[^1];
        var last = scatter.BatchAxes - 1;
        var operands = input.Inputs.Select(i => b.Transpose(i, AxisOrder.Moved(i.Type.Rank, axis, last)));
        var table = b.Apply(new ScatterAddOperator(last, scatter.Size), [.. operands]);
        return Sum(b, table, [.. axes.Where(a => a != axis).Select(a => a > axis ? a - 1 : a)]);
    }

    /// <summary>Every element is added at one position, so that a sum over an axis forgets where along it.</summary>
    private static Node OfAccessGradient(GraphBuilder b, Node input, ImmutableArray<int> axes, AccessGradientOperator gradient)
    {
        int[] kept = [.. Enumerable.Range(0, input.Type.Rank).Where(a => !axes.Contains(a))];
        var cotangent = input.Inputs[0];
        return kept.Length == 0
            ? Sum(b, cotangent, [.. Enumerable.Range(0, cotangent.Type.Rank)])
            : b.Apply(new AccessGradientOperator(new Shape(kept.Select(a => gradient.Input[a])), [.. kept.Select(a => gradient.Positions[a])]), input.Inputs);
    }
}
