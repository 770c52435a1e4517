using Nnc.Graph.Operators;

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
    public static GraphFunction Apply(GraphBuilder builder, GraphFunction function) => Apply(builder, function, (_, _) => null);

    /// <summary>
    /// For a function that is still to be differentiated: what stops gradients stays. What is read of a state's last step alone is
    /// read where the loop leaves it, so that its adjoint enters the loop there, and a loop of no steps gives the start.
    /// </summary>
    public static GraphFunction ApplyToForward(GraphBuilder builder, GraphFunction function) => GraphRewriting.Rebuild(
        function, Rules(builder, function.Outputs.Select(o => o.Node), FinalStateRules.Rewrite, node => node.Operator is not StopGradientOperator));

    /// <param name="rewrite">Rules that are tried where none of the simplification fits.</param>
    internal static GraphFunction Apply(GraphBuilder builder, GraphFunction function, Func<GraphBuilder, Node, Node?> rewrite) =>
        GraphRewriting.Rebuild(function, Rules(builder, function.Outputs.Select(o => o.Node), rewrite, _ => true));

    private static GraphRewriting.Rules Rules(
        GraphBuilder builder, IEnumerable<Node> roots, Func<GraphBuilder, Node, Node?> rewrite, Func<Node, bool> mayChange)
    {
        var users = GraphFunction.TopologicalOrder(roots).SelectMany(n => n.Inputs).CountBy(i => i).ToDictionary();
        return new(
            (node, inputs) =>
            {
                var shared = inputs.Where((_, k) => users[node.Inputs[k]] > 1).ToArray();
                return Simplify(builder, GraphRewriting.Apply(builder, node, inputs), (b, n) => mayChange(n) ? SimplificationRules.Rewrite(b, n, shared.Contains) ?? rewrite(b, n) : null);
            },
            (recurrence, members, inputs) => new RecurrenceSimplification(
                builder, recurrence, members, inputs, (inner, given) => GraphRewriting.Rebuild(inner, given, Rules(builder, inner, rewrite, mayChange))));
    }

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
