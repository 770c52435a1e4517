using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Explanation;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;

namespace Nnc.Tool.Execution;

/// <summary>One row of a summary: an equation of the model, or a layer's application inside one.</summary>
/// <param name="Flops">Operations from the rows before to this one.</param>
internal sealed record SummaryRow(string Name, TensorType Type, long Parameters, Dim Flops);

/// <summary>A model's values in order of computation, each with its parameters and its cost.</summary>
internal static class ModelSummary
{
    /// <summary>Rows for inputs, for each layer that has parameters, and for each equation of the model's own block.</summary>
    public static ImmutableArray<SummaryRow> Rows(ModelFile file, EntryPoint entry) => Flow(file, entry).Rows;

    /// <summary>The rows, and which of them each is computed from directly, as pairs of positions.</summary>
    public static (ImmutableArray<SummaryRow> Rows, ImmutableArray<(int From, int To)> Edges) Flow(ModelFile file, EntryPoint entry)
    {
        var order = entry.Inference.Nodes();
        var anchors = Anchors(file.Path, entry, order);
        var owners = Owners(order, anchors.Keys.ToHashSet());
        var costs = FlopCount.Of(order);
        var flops = order.GroupBy(n => owners[n]).Where(g => g.Key is not null)
            .ToDictionary(g => g.Key!, g => g.Aggregate(Dim.Zero, (sum, node) => sum + costs[node]));
        var parameters = entry.Inference.Inputs.Where(i => i.Role == InputRole.Parameter).ToLookup(i => owners[i.Node], i => i.Node.Shape.ElementCount.ConstantValue);
        var inputsFirst = order.Where(anchors.ContainsKey).OrderBy(n => n.Operator is InputOperator ? 0 : 1).ToImmutableArray();
        return ([.. inputsFirst.Select(n => new SummaryRow(anchors[n], n.Type, parameters[n].Sum(), flops[n]))], RowFlow.Edges(order, inputsFirst));
    }

    /// <summary>The nodes that are rows, with their names.</summary>
    private static Dictionary<Node, string> Anchors(string path, EntryPoint entry, ImmutableArray<Node> order)
    {
        var anchors = new Dictionary<Node, string>();
        foreach (var input in entry.Inference.Inputs.Where(i => i.Role == InputRole.Data))
        {
            anchors.TryAdd(input.Node, input.Name);
        }

        var computed = order.Where(n => n.Operator is not InputOperator).ToArray();
        foreach (var node in computed.Where(n => n.Label is { Span: { } span } label && !label.Name.Contains('.') && span.Source.Path == path))
        {
            anchors.TryAdd(node, node.Label!.Name);
        }

        foreach (var output in entry.Inference.Outputs)
        {
            anchors.TryAdd(output.Node, output.Name);
        }

        var constant = DataFree(order);
        foreach (var layer in entry.Inference.Inputs.Where(i => i.Role == InputRole.Parameter && i.Name.Contains('.')).GroupBy(i => i.Name[..i.Name.LastIndexOf('.')]))
        {
            var own = layer.Select(i => i.Node).ToHashSet();
            var last = computed.Where(n => !constant.Contains(n) && n.Inputs.Any(i => constant.Contains(i) && ReachesAny(i, own, constant))).LastOrDefault();
            if (last is not null)
            {
                anchors.TryAdd(last, layer.Key);
            }
        }

        return anchors;
    }

    /// <summary>Nodes that depend on no data input: parameters, and what only reshapes or repeats them.</summary>
    private static HashSet<Node> DataFree(ImmutableArray<Node> order)
    {
        var free = new HashSet<Node>();
        foreach (var node in order)
        {
            if (node.Inputs.IsEmpty ? node.Operator is InputOperator { Type: var type } && type.Shape.IsConstant : node.Inputs.All(free.Contains))
            {
                free.Add(node);
            }
        }

        return free;
    }

    private static bool ReachesAny(Node node, HashSet<Node> targets, HashSet<Node> within) =>
        targets.Contains(node) || node.Inputs.Any(i => within.Contains(i) && ReachesAny(i, targets, within));

    /// <summary>For each node the row that it is computed for: itself, or the first row that uses it.</summary>
    private static Dictionary<Node, Node?> Owners(ImmutableArray<Node> order, HashSet<Node> anchors)
    {
        var positions = order.Select((node, position) => (node, position)).ToDictionary(p => p.node, p => p.position);
        var owners = order.ToDictionary(n => n, n => anchors.Contains(n) ? n : null);
        foreach (var node in order.Reverse())
        {
            if (owners[node] is not { } owner)
            {
                continue;
            }

            foreach (var input in node.Inputs.Where(i => !anchors.Contains(i)))
            {
                if (owners[input] is not { } current || positions[owner] < positions[current])
                {
                    owners[input] = owner;
                }
            }
        }

        return owners;
    }
}
