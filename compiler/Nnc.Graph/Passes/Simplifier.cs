using System.Collections.Immutable;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Passes;

/// <summary>
/// Rebuilds a function bottom-up and applies the rules of <see cref="SimplificationRules"/> at each node until none fits.
/// <code>
/// before:  δa = 1 · (δy · 1) + 0        after:  δa = δy
/// </code>
/// </summary>
public static class Simplifier
{
    public static GraphFunction Apply(GraphBuilder builder, GraphFunction function)
    {
        var rebuilt = new Dictionary<Node, Node>();
        foreach (var node in function.Nodes())
        {
            rebuilt[node] = Simplify(builder, node, [.. node.Inputs.Select(i => rebuilt[i])]);
        }

        return function with { Outputs = [.. function.Outputs.Select(o => o with { Node = rebuilt[o.Node] })] };
    }

    private static Node Simplify(GraphBuilder builder, Node node, ImmutableArray<Node> inputs)
    {
        var current = node.Operator is InputOperator || inputs.SequenceEqual(node.Inputs) ? node : builder.Apply(node.Operator, inputs);
        while (SimplificationRules.Rewrite(builder, current) is { } simpler)
        {
            current = simpler;
        }

        if (node.Label is { } label)
        {
            GraphBuilder.Name(current, label);
        }

        return current;
    }
}
