using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// What the scheduler gets: the same values with less work in the loops of recurrences. Every recurrence, the inner ones first, is
/// taken apart at the seams of what its step joins (<see cref="PartRules"/>); then what can leave the loop leaves it
/// (<see cref="RecurrenceMotion"/>), and what is read at the last step only is read there (<see cref="FinalStateRules"/>). A function without recurrences stays as it is.
/// </summary>
public static class Optimizer
{
    public static GraphFunction Apply(GraphFunction function)
    {
        if (!function.Nodes().Any(n => n.Operator is ScanOperator or FinalStateOperator))
        {
            return function;
        }

        var builder = new GraphBuilder();
        var roots = function.Outputs.Select(o => o.Node).ToArray();
        var optimized = MoveOut(builder, roots, new Dictionary<Node, Node>(), SimplificationRules.Rewrite);
        var moved = function with { Outputs = [.. function.Outputs.Select(o => o with { Node = optimized[o.Node] })] };
        return Simplifier.Apply(builder, moved, FinalStateRules.Rewrite);
    }

    /// <summary>What each root becomes when the recurrences that it reads, and those in their steps, have given away what they can.</summary>
    /// <param name="rewrite">The rules for nodes at this depth: in steps, those that take them apart.</param>
    private static IReadOnlyDictionary<Node, Node> MoveOut(
        GraphBuilder builder, IReadOnlyCollection<Node> roots, IReadOnlyDictionary<Node, Node> given, Func<GraphBuilder, Node, Node?> rewrite)
    {
        var parted = GraphRewriting.Rebuild(roots, given, new(
            (node, inputs) => Simplifier.Simplify(builder, GraphRewriting.Apply(builder, node, inputs), rewrite),
            (recurrence, members, inputs) =>
            {
                var splits = new List<(Node Product, Node Result)>();
                return new RecurrenceSimplification(
                    builder, recurrence, members, inputs,
                    (inner, constants) => MoveOut(builder, inner, constants, (b, node) => RewriteInStep(b, node, splits))).Record(splits.Select(s => new ProductSplit(recurrence, s.Product, s.Result)));
            }));
        var moved = GraphRewriting.Rebuild(roots.Select(r => parted[r]), new Dictionary<Node, Node>(), new(
            (node, inputs) => GraphRewriting.Apply(builder, node, inputs),
            (recurrence, members, inputs) => new RecurrenceMotion(builder, recurrence, members, inputs)));
        return roots.Distinct().ToDictionary(r => r, r => moved[parted[r]]);
    }

    private static Node? RewriteInStep(GraphBuilder builder, Node node, List<(Node Product, Node Result)> splits)
    {
        if (SimplificationRules.Rewrite(builder, node) is { } simpler)
        {
            return simpler;
        }

        var parted = PartRules.Rewrite(builder, node);
        if (parted is not null && node.Operator is ContractOperator && !splits.Any(s => s.Product == node))
        {
            splits.Add((node, parted));
        }

        return parted;
    }
}
