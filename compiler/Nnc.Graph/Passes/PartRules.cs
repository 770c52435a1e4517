using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Passes;

/// <summary>
/// Rules that take the step of a recurrence apart at the seams of what it joins, so that each part can go its own way: out of the
/// loop, or with the other gates into one kernel.
/// <code>
/// [h, x] @ W            →  h @ W[:H] + x @ W[H:]
/// (z @ W)[:, :H]        →  z @ W[:, :H]
/// pad(δi) + pad(δf)     →  [δi, δf]
/// </code>
/// </summary>
internal static class PartRules
{
    /// <summary>An equal node of parts; null where no rule fits.</summary>
    public static Node? Rewrite(GraphBuilder b, Node node) => node.Operator switch
    {
        SliceOperator { Step: 1 } op => SliceOf(b, node.Inputs[0], op.Axis, op.Start, op.Length),
        ContractOperator op => SplitOperand(b, node, op, 0) ?? SplitOperand(b, node, op, 1),
        ElementwiseOperator { Function: ScalarFunction.Add } => JoinPads(b, node),
        ReduceOperator op => ReduceParts(b, node, op),
        _ => null,
    };

    private static Node Slice(GraphBuilder b, Node x, int axis, Dim start, Dim length) =>
        start == Dim.Zero && length == x.Shape[axis] ? x : SliceOf(b, x, axis, start, length) ?? b.Slice(x, axis, start, length);

    /// <summary>A slice of what an operator makes is made of slices of its inputs.</summary>
    private static Node? SliceOf(GraphBuilder b, Node x, int axis, Dim start, Dim length) => x.Operator switch
    {
        FillOperator fill => b.Fill(fill.Value, x.Type with { Shape = x.Shape.With(axis, length) }),
        ElementwiseOperator op => b.Apply(op, [.. x.Inputs.Select(i => Slice(b, i, axis, start, length))]),
        BroadcastOperator op => SliceOfBroadcast(b, x, op, axis, start, length),
        TransposeOperator op => b.Transpose(Slice(b, x.Inputs[0], op.Permutation[axis], start, length), op.Permutation),
        SliceOperator { Step: 1 } op when op.Axis == axis => Slice(b, x.Inputs[0], axis, op.Start + start, length),
        ConcatenateOperator op when op.Axis == axis => PartOf(b, x, axis, start, length),
        ConcatenateOperator op => b.Concatenate([.. x.Inputs.Select(i => Slice(b, i, axis, start, length))], op.Axis),
        ContractOperator op => SliceOfContract(b, x, op, axis, start, length),
        _ => null,
    };

    private static Node SliceOfBroadcast(GraphBuilder b, Node x, BroadcastOperator op, int axis, Dim start, Dim length)
    {
        var input = x.Inputs[0];
        var source = op.AxisMap[axis];
        var isRead = source >= 0 && input.Shape[source] == op.Result[axis];
        return b.Broadcast(isRead ? Slice(b, input, source, start, length) : input, op.Result.With(axis, length), op.AxisMap);
    }

    private static Node SliceOfContract(GraphBuilder b, Node x, ContractOperator op, int axis, Dim start, Dim length)
    {
        var label = op.Result[axis];
        return Contract(b, op, SliceLabel(b, x.Inputs[0], op.Left, label, start, length), SliceLabel(b, x.Inputs[1], op.Right, label, start, length));
    }

    /// <summary>The slice of the part in which it lies whole.</summary>
    private static Node? PartOf(GraphBuilder b, Node joined, int axis, Dim start, Dim length)
    {
        var offset = Dim.Zero;
        foreach (var part in joined.Inputs)
        {
            var (before, after) = (start - offset, offset + part.Shape[axis] - start - length);
            if (before is { IsConstant: true, ConstantValue: >= 0 } && after is { IsConstant: true, ConstantValue: >= 0 })
            {
                return Slice(b, part, axis, before, length);
            }

            offset += part.Shape[axis];
        }

        return null;
    }

    private static Node Contract(GraphBuilder b, ContractOperator op, Node left, Node right)
    {
        var product = b.Apply(op, left, right);
        return SplitOperand(b, product, op, 0) ?? SplitOperand(b, product, op, 1) ?? product;
    }

    /// <summary>A product with a joined operand is a sum of products where the seam is summed over, else joined products.</summary>
    private static Node? SplitOperand(GraphBuilder b, Node node, ContractOperator op, int side)
    {
        var (operand, other) = (node.Inputs[side], node.Inputs[1 - side]);
        var (labels, otherLabels) = side == 0 ? (op.Left, op.Right) : (op.Right, op.Left);
        if (operand.Operator is not (ConcatenateOperator or PadOperator { Value: 0 }))
        {
            return null;
        }

        var axis = operand.Operator is ConcatenateOperator joined ? joined.Axis : ((PadOperator)operand.Operator).Axis;
        var start = operand.Operator is PadOperator pad ? pad.Before : Dim.Zero;
        var label = labels[axis];
        var isSummed = !op.Result.Contains(label);
        if (labels.Count(l => l == label) > 1 || (!isSummed && operand.Operator is PadOperator))
        {
            return null;
        }

        var products = new List<Node>();
        foreach (var part in operand.Inputs)
        {
            var rest = SliceLabel(b, other, otherLabels, label, start, part.Shape[axis]);
            products.Add(side == 0 ? Contract(b, op, part, rest) : Contract(b, op, rest, part));
            start += part.Shape[axis];
        }

        return isSummed ? products.Aggregate(b.Add) : b.Concatenate([.. products], op.Result.IndexOf(label));
    }

    private static Node SliceLabel(GraphBuilder b, Node operand, ImmutableArray<int> labels, int label, Dim start, Dim length) =>
        Enumerable.Range(0, labels.Length).Where(a => labels[a] == label).Aggregate(operand, (x, axis) => Slice(b, x, axis, start, length));

    /// <summary>A sum of pieces that zeros extend to one size each, side by side, is the pieces joined.</summary>
    private static Node? JoinPads(GraphBuilder b, Node sum)
    {
        var pieces = Terms(sum).ToList();
        if (pieces.Any(p => p.Operator is not PadOperator { Value: 0 }) || pieces.Select(AxisOf).Distinct().Count() > 1)
        {
            return null;
        }

        var axis = AxisOf(pieces[0]);
        var parts = new List<Node>();
        var end = Dim.Zero;
        while (pieces.Find(p => ((PadOperator)p.Operator).Before == end) is { } next)
        {
            pieces.Remove(next);
            parts.Add(next.Inputs[0]);
            end += next.Inputs[0].Shape[axis];
        }

        return pieces.Count == 0 && end == sum.Shape[axis] ? b.Concatenate([.. parts], axis) : null;

        static int AxisOf(Node piece) => ((PadOperator)piece.Operator).Axis;
    }

    private static IEnumerable<Node> Terms(Node node) =>
        node.Operator is ElementwiseOperator { Function: ScalarFunction.Add } ? node.Inputs.SelectMany(Terms) : [node];

    /// <summary>A reduction along other axes than the seam reduces each part.</summary>
    private static Node? ReduceParts(GraphBuilder b, Node node, ReduceOperator op)
    {
        if (node.Inputs[0].Operator is not ConcatenateOperator joined || op.Axes.Contains(joined.Axis))
        {
            return null;
        }

        return b.Concatenate([.. node.Inputs[0].Inputs.Select(p => b.Apply(op, p))], joined.Axis - op.Axes.Count(a => a < joined.Axis));
    }
}
