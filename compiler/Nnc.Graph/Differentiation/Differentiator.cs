using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Differentiation;

/// <summary>
/// Reverse mode as a transformation of the graph.
/// <code>
/// before:  y = tanh(x @ W)              after:  the same, and
///          L = sum(y)                           δy = 1;  δa = δy · (1 − y²);  ∂L/∂W = xᵀ @ δa
/// </code>
/// </summary>
public static class Differentiator
{
    /// <summary>
    /// The gradient of a scalar for each node of <paramref name="withRespectTo"/>; zeros where it does not depend on it. For a
    /// sequence that a recurrence computes, what later steps make of a step's value counts too: δh[t] of back-propagation through
    /// time.
    /// </summary>
    public static ImmutableArray<Node> Gradients(GraphBuilder builder, Node loss, IReadOnlyList<Node> withRespectTo)
    {
        var loops = new RecurrenceMembers(GraphFunction.TopologicalOrder([loss]));
        var members = withRespectTo.Select(SequenceOf).OfType<Node>().Select(s => RecurrenceMembers.RecurrenceOf(s)!)
            .Where(loops.Recurrences.Contains).Distinct().SelectMany(r => loops.Of(r));
        var adjoints = Adjoints(builder, loss, [.. withRespectTo, .. members]);
        return [.. withRespectTo.Select(w => Total(builder, w, loops, adjoints) ?? adjoints.GetValueOrDefault(w) ?? builder.ConstantLike(w, 0))];
    }

    /// <summary>The adjoint ∂loss/∂node of every real node between the loss and the given nodes.</summary>
    public static IReadOnlyDictionary<Node, Node> Adjoints(GraphBuilder builder, Node loss, IReadOnlyList<Node> withRespectTo) =>
        Adjoints(builder, new Dictionary<Node, Node> { [loss] = builder.ConstantLike(loss, 1) }, withRespectTo);

    /// <summary>The adjoints of real nodes between several values and the given nodes.</summary>
    /// <param name="seeds">What each value's adjoint is to begin with.</param>
    public static IReadOnlyDictionary<Node, Node> Adjoints(
        GraphBuilder builder, IReadOnlyDictionary<Node, Node> seeds, IReadOnlyList<Node> withRespectTo)
    {
        var order = GraphFunction.TopologicalOrder(seeds.Keys);
        var isNeeded = NodesThatReach(order, withRespectTo);
        var loops = new RecurrenceMembers(order);
        var adjoints = seeds.Where(s => isNeeded.Contains(s.Key)).ToDictionary();
        foreach (var node in order.Reverse())
        {
            if (!isNeeded.Contains(node) || node.Inputs.Length == 0)
            {
                continue;
            }

            var contributions = RecurrenceMembers.RecurrenceOf(node) is { } recurrence
                ? loops.IsFirst(node) ? RecurrenceGradient.Apply(builder, recurrence, loops.Of(recurrence), adjoints, isNeeded) : []
                : adjoints.TryGetValue(node, out var cotangent) ? node.Operator.Gradient(new GradientRequest(node, cotangent, builder)) : [];
            for (var k = 0; k < contributions.Length; k++)
            {
                if (contributions[k] is { } contribution && isNeeded.Contains(node.Inputs[k]))
                {
                    Accumulate(builder, adjoints, node.Inputs[k], contribution);
                }
            }
        }

        return adjoints;
    }

    /// <summary>The sequence of a recurrence that a node is, or is with its axes in another order; null for any other.</summary>
    private static Node? SequenceOf(Node node) => node.Operator switch
    {
        ScanOperator => node,
        TransposeOperator => SequenceOf(node.Inputs[0]),
        _ => null,
    };

    /// <summary>The gradient for a sequence of a recurrence; null for any other node, and where the loss does not depend on it.</summary>
    private static Node? Total(GraphBuilder builder, Node node, RecurrenceMembers loops, IReadOnlyDictionary<Node, Node> adjoints) => node.Operator switch
    {
        TransposeOperator transposed => Total(builder, node.Inputs[0], loops, adjoints) is { } total ? builder.Transpose(total, transposed.Permutation) : null,
        ScanOperator scan when loops.Recurrences.Contains(scan.Recurrence) =>
            RecurrenceGradient.Total(builder, scan.Recurrence, loops.Of(scan.Recurrence), adjoints, scan.Value),
        _ => null,
    };

    private static void Accumulate(GraphBuilder builder, Dictionary<Node, Node> adjoints, Node node, Node contribution) =>
        adjoints[node] = adjoints.TryGetValue(node, out var sum) ? builder.Add(sum, contribution) : contribution;

    /// <summary>The real nodes from which one of the targets can be reached: only they carry an adjoint.</summary>
    private static HashSet<Node> NodesThatReach(ImmutableArray<Node> order, IReadOnlyList<Node> targets)
    {
        var reaching = new HashSet<Node>(targets);
        foreach (var node in order)
        {
            if (node.Element == ElementType.Real && node.Inputs.Any(reaching.Contains))
            {
                reaching.Add(node);
            }
        }

        return reaching;
    }
}
