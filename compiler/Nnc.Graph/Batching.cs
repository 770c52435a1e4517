using System.Collections.Immutable;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph;

/// <summary>
/// Computes for all positions at once what a graph computes for one, by the rules of its operators.
/// <code>
/// softmax(e) with e: real[K]      →      softmax over the last axis of x: real[N, K], where e is x[n]
/// </code>
/// </summary>
public static class Batching
{
    /// <summary>
    /// The value for all positions, with their axis before its own; the value itself where it is the same at each. Null where an
    /// operator between cannot be applied to all positions at once.
    /// </summary>
    /// <param name="all">For each value that differs from position to position, its values at all of them.</param>
    /// <param name="size">The number of positions.</param>
    public static Node? Apply(GraphBuilder builder, Node value, IReadOnlyDictionary<Node, Node> all, Core.Dimensions.Dim size)
    {
        var batched = all.ToDictionary(p => p.Key, p => (Node?)p.Value);
        foreach (var node in StepDependence.Order([value], all.Keys.ToHashSet()))
        {
            if (!node.Inputs.Any(batched.ContainsKey))
            {
                continue;
            }

            ImmutableArray<Node?> inputs = [.. node.Inputs.Select(i => batched.TryGetValue(i, out var whole) ? whole : i)];
            batched[node] = inputs.Contains(null) ? null : node.Operator.Batch(
                new BatchRequest(node, [.. inputs.Select(i => i!)], [.. node.Inputs.Select(batched.ContainsKey)], size, builder));
        }

        return batched.TryGetValue(value, out var result) ? result : value;
    }
}
