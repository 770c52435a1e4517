using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Rebuilds a function bottom-up and applies the rules of <see cref="SimplificationRules"/> at each node until none fits, in the
/// steps of recurrences too.
/// <code>
/// before:  δa = 1 · (δy · 1) + 0        after:  δa = δy
/// </code>
/// </summary>
public static class Simplifier
{
    public static GraphFunction Apply(GraphBuilder builder, GraphFunction function)
    {
        var rebuilt = Rebuild(builder, function.Nodes(), new Dictionary<Node, Node>());
        return function with { Outputs = [.. function.Outputs.Select(o => o with { Node = rebuilt[o.Node] })] };
    }

    /// <summary>What each node becomes.</summary>
    /// <param name="order">Inputs before users.</param>
    /// <param name="given">What replaces some of them.</param>
    internal static Dictionary<Node, Node> Rebuild(GraphBuilder builder, ImmutableArray<Node> order, IReadOnlyDictionary<Node, Node> given)
    {
        var rebuilt = given.ToDictionary();
        var loops = new RecurrenceMembers(order);
        var rewritten = new Dictionary<Recurrence, RecurrenceSimplification>();
        foreach (var node in order.Where(n => !rebuilt.ContainsKey(n)))
        {
            ImmutableArray<Node> inputs = [.. node.Inputs.Select(i => rebuilt[i])];
            if (loops.RecurrenceOf(node) is { } recurrence)
            {
                if (!rewritten.TryGetValue(recurrence, out var loop))
                {
                    rewritten.Add(recurrence, loop = RecurrenceSimplification.Of(builder, recurrence, loops.Of(recurrence), inputs));
                }

                rebuilt[node] = Named(loop.Replace(node), node);
            }
            else
            {
                rebuilt[node] = Named(Simplify(builder, node, inputs), node);
            }
        }

        return rebuilt;
    }

    private static Node Simplify(GraphBuilder builder, Node node, ImmutableArray<Node> inputs)
    {
        var current = node.Operator is InputOperator or StepInputOperator || inputs.SequenceEqual(node.Inputs) ? node : builder.Apply(node.Operator, inputs);
        while (SimplificationRules.Rewrite(builder, current) is { } simpler)
        {
            current = simpler;
        }

        return current;
    }

    private static Node Named(Node node, Node original) => original.Label is { } label ? GraphBuilder.Name(node, label) : node;
}
