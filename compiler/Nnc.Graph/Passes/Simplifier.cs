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
    public static GraphFunction Apply(GraphBuilder builder, GraphFunction function) => GraphRewriting.Rebuild(function, Rules(builder));

    private static GraphRewriting.Rules Rules(GraphBuilder builder) => new(
        (node, inputs) => Simplify(builder, GraphRewriting.Apply(builder, node, inputs), SimplificationRules.Rewrite),
        (recurrence, members, inputs) => new RecurrenceSimplification(
            builder, recurrence, members, inputs, (roots, given) => GraphRewriting.Rebuild(roots, given, Rules(builder))));

    /// <summary>The node after every rewrite that fits it.</summary>
    internal static Node Simplify(GraphBuilder builder, Node node, Func<GraphBuilder, Node, Node?> rewrite)
    {
        while (rewrite(builder, node) is { } simpler)
        {
            node = simpler;
        }

        return node;
    }
}
