using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Passes;

/// <summary>Rewrite rules, each exact for every finite and infinite value that the original accepts.</summary>
internal static class SimplificationRules
{
    /// <summary>A simpler node of the same type and value, whoever uses its inputs; null where no rule fits.</summary>
    public static Node? Rewrite(GraphBuilder b, Node node) => Rewrite(b, node, _ => true);

    /// <summary>A simpler node of the same type and value; null where no rule fits.</summary>
    /// <param name="isShared">Whether a node has several users.</param>
    public static Node? Rewrite(GraphBuilder b, Node node, Func<Node, bool> isShared) => node.Operator switch
    {
        ElementwiseOperator op => Fold(b, node, op) ?? Elementwise(b, node, op.Function),
        BroadcastOperator op => Broadcast(b, node, op),
        ReduceOperator op => SumRules.Rewrite(b, node, op, isShared),
        StopGradientOperator => node.Inputs[0],
        ReshapeOperator op when node.Inputs[0].Operator is ReshapeOperator or FillOperator => b.Reshape(node.Inputs[0], op.Result),
        _ => null,
    };

    /// <summary>A scalar function of constants is a constant.</summary>
    private static Node? Fold(GraphBuilder b, Node node, ElementwiseOperator op)
    {
        var values = node.Inputs.Select(GraphBuilder.ConstantValueOf).ToArray();
        if (values.Any(v => v is null))
        {
            return null;
        }

        var isInteger = node.Inputs[0].Element != ElementType.Real;
        return b.Fill(ScalarFunctions.Evaluate(op.Function, [.. values.Select(v => v!.Value)], isInteger), node.Type);
    }

    private static Node? Elementwise(GraphBuilder b, Node node, ScalarFunction function)
    {
        var x = node.Inputs[0];
        var y = node.Inputs.Length > 1 ? node.Inputs[1] : x;
        var (cx, cy) = (GraphBuilder.ConstantValueOf(x), GraphBuilder.ConstantValueOf(y));
        return function switch
        {
            ScalarFunction.Add when cx == 0 => y,
            ScalarFunction.Add when cy == 0 => x,
            ScalarFunction.Add when IsNegation(y, out var inner) => b.Subtract(x, inner),
            ScalarFunction.Subtract when cy == 0 => x,
            ScalarFunction.Subtract when cx == 0 => b.Negate(y),
            ScalarFunction.Subtract when IsNegation(y, out var inner) => b.Add(x, inner),
            ScalarFunction.Multiply when cx == 1 => y,
            ScalarFunction.Multiply when cy == 1 => x,
            ScalarFunction.Multiply when cx == -1 => b.Negate(y),
            ScalarFunction.Multiply when cy == -1 => b.Negate(x),
            ScalarFunction.Divide when cy == 1 => x,
            ScalarFunction.Negate when IsNegation(x, out var inner) => inner,
            ScalarFunction.Power when cy == 1 => x,
            ScalarFunction.Power when cy == 2 => b.Multiply(x, x),
            ScalarFunction.Power when cy == 0.5 => b.Elementwise(ScalarFunction.Sqrt, x),
            ScalarFunction.Select when cx is not null => cx != 0 ? y : node.Inputs[2],
            ScalarFunction.Select when y == node.Inputs[2] => y,
            ScalarFunction.And when cx == 1 => y,
            ScalarFunction.And when cy == 1 => x,
            ScalarFunction.Or when cx == 0 => y,
            ScalarFunction.Or when cy == 0 => x,
            _ => null,
        };
    }

    private static Node? Broadcast(GraphBuilder b, Node node, BroadcastOperator op)
    {
        var input = node.Inputs[0];
        if (GraphBuilder.ConstantValueOf(input) is { } value)
        {
            return b.Fill(value, node.Type);
        }

        // Broadcast of a broadcast is one, where neither stretches.
        if (input.Operator is BroadcastOperator inner && IsPlain(op, input) && IsPlain(inner, input.Inputs[0]))
        {
            return b.Broadcast(input.Inputs[0], op.Result, [.. op.AxisMap.Select(a => a < 0 ? -1 : inner.AxisMap[a])]);
        }

        return null;
    }

    private static bool IsPlain(BroadcastOperator op, Node input) =>
        Enumerable.Range(0, op.AxisMap.Length).All(a => op.AxisMap[a] < 0 || input.Shape[op.AxisMap[a]] == op.Result[a]);

    private static bool IsNegation(Node node, out Node inner)
    {
        inner = node.Inputs.Length > 0 ? node.Inputs[0] : node;
        return node.Operator is ElementwiseOperator { Function: ScalarFunction.Negate };
    }
}
