using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>A recurrence rewritten: what becomes of the nodes that read its values.</summary>
internal interface IRewrittenRecurrence
{
    Node Replace(Node member);
}

/// <summary>Rebuilds graphs from the inputs up. The nodes that read one recurrence are replaced together.</summary>
internal static class GraphRewriting
{
    /// <param name="Node">What a node becomes, over what its inputs have become.</param>
    /// <param name="Recurrence">What a recurrence becomes, read by some nodes, over what their inputs have become.</param>
    public sealed record Rules(
        Func<Node, ImmutableArray<Node>, Node> Node,
        Func<Recurrence, ImmutableArray<Node>, ImmutableArray<Node>, IRewrittenRecurrence> Recurrence);

    /// <summary>What each node that the roots need becomes; labels stay.</summary>
    /// <param name="given">What replaces some nodes.</param>
    public static Dictionary<Node, Node> Rebuild(IEnumerable<Node> roots, IReadOnlyDictionary<Node, Node> given, Rules rules)
    {
        var rebuilt = given.ToDictionary();
        var order = GraphFunction.TopologicalOrder(roots);
        var loops = new RecurrenceMembers(order);
        var rewritten = new Dictionary<Recurrence, IRewrittenRecurrence>();
        foreach (var node in order.Where(n => !rebuilt.ContainsKey(n)))
        {
            ImmutableArray<Node> inputs = [.. node.Inputs.Select(i => rebuilt[i])];
            Node replaced;
            if (RecurrenceMembers.RecurrenceOf(node) is { } recurrence)
            {
                if (!rewritten.TryGetValue(recurrence, out var loop))
                {
                    rewritten.Add(recurrence, loop = rules.Recurrence(recurrence, loops.Of(recurrence), inputs));
                }

                replaced = loop.Replace(node);
            }
            else
            {
                replaced = rules.Node(node, inputs);
            }

            rebuilt[node] = node.Label is { } label ? GraphBuilder.Name(replaced, label) : replaced;
        }

        return rebuilt;
    }

    public static GraphFunction Rebuild(GraphFunction function, Rules rules)
    {
        var rebuilt = Rebuild(function.Outputs.Select(o => o.Node), new Dictionary<Node, Node>(), rules);
        return function with { Outputs = [.. function.Outputs.Select(o => o with { Node = rebuilt[o.Node] })] };
    }

    /// <summary>The same operator over other inputs.</summary>
    public static Node Apply(GraphBuilder builder, Node node, ImmutableArray<Node> inputs) =>
        node.Operator is InputOperator or StepInputOperator || inputs.SequenceEqual(node.Inputs) ? node : builder.Apply(node.Operator, inputs);
}
