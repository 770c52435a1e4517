using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Reference;
using Nnc.Graph.Tests.Scheduling;

namespace Nnc.Graph.Tests.Batching;

/// <summary>Judges batching rules: the batched node at once against the operator position by position, in f64.</summary>
internal static class StackedEvaluation
{
    /// <summary>What the batched node says otherwise; empty where it is right. The size of the new axis is symbolic.</summary>
    /// <param name="isBatched">The inputs that differ from position to position.</param>
    /// <param name="twice">Whether the batched graph, node by node, is batched once more.</param>
    public static ImmutableArray<string> Mismatches(OperatorSample sample, ImmutableArray<bool> isBatched, int positions, bool twice)
    {
        var title = $"{sample.Title}, batched inputs {string.Join(", ", isBatched.Select((is_, k) => (is_, k)).Where(p => p.is_).Select(p => p.k))}";
        var b = new GraphBuilder();
        ImmutableArray<Node> inputs = [.. sample.Inputs.Select((t, k) => b.Input($"single{k}", TypeOf(t)))];
        var node = b.Apply(sample.Operator, inputs);
        var mapping = inputs.Select((input, k) => (Node: input, Batched: isBatched[k] ? WithAxis(b, "T", input, k) : input)).ToDictionary(p => p.Node, p => p.Batched);
        if (BatchedGraph(b, node, mapping, Dim.Symbol("T")) is not { } batched)
        {
            return [$"{title}: there is no rule"];
        }

        if (!batched.Type.Equals(node.Type with { Shape = new Shape([Dim.Symbol("T"), .. node.Shape]) }))
        {
            return [$"{title}: the type is {batched.Type} for {node.Type} at each position"];
        }

        var values = sample.Inputs.Select((t, k) => isBatched[k] ? Stack([.. Enumerable.Range(0, positions).Select(p => Varied(t, p))]) : t).ToImmutableArray();
        if (twice)
        {
            // The second axis gives every position the values of the first ones in another order.
            var again = mapping.Values.Where((_, k) => isBatched[k]).ToDictionary(n => n, n => WithAxis(b, "S", n, 100 + n.Id));
            if (BatchedGraph(b, batched, again, Dim.Symbol("S")) is not { } twiceBatched)
            {
                return [$"{title}: the batched graph has no rule"];
            }

            var firsts = sample.Inputs.Select((t, k) => isBatched[k] ? Stack([.. Enumerable.Range(0, positions).Select(p => Varied(t, p + 1))]) : t);
            values = [.. values.Zip(firsts).Select((v, k) => isBatched[k] ? Stack([v.First, v.Second]) : v.First)];
            mapping = mapping.ToDictionary(m => m.Key, m => again.GetValueOrDefault(m.Value) ?? m.Value);
            batched = twiceBatched;
        }

        var function = new GraphFunction("batched",
            [.. inputs.Select((n, k) => new GraphInput($"x{k}", InputRole.Data, mapping[n]))], [new GraphOutput("y", OutputRole.Result, batched)]);
        var actual = Interpreter.Run(function, function.Inputs.Zip(values).ToDictionary(p => p.First.Name, p => p.Second))["y"];
        var starts = twice ? new[] { 0, 1 } : [0];
        var expected = starts.SelectMany(s => Enumerable.Range(0, positions).Select(p => p + s)).Select(p =>
            Interpreter.Run(
                new GraphFunction("single", [.. inputs.Select((n, k) => new GraphInput($"x{k}", InputRole.Data, n))], [new GraphOutput("y", OutputRole.Result, node)]),
                sample.Inputs.Select((t, k) => (Name: $"x{k}", Value: isBatched[k] ? Varied(t, p) : t)).ToDictionary(p => p.Name, p => p.Value))["y"]);
        if (!twice && positions > 1)
        {
            Compare.Check(function, values, title);
        }

        return Differences(title, [.. expected.SelectMany(e => e.Values)], actual.Values);
    }

    /// <summary>Values for a position: the sample's turned round, so that they stay in their range; single integers count on.</summary>
    private static ReferenceTensor Varied(ReferenceTensor tensor, int position)
    {
        var (count, isInt) = (tensor.Count, tensor.Element == ElementType.Int);
        return tensor with
        {
            Values = [.. Enumerable.Range(0, count).Select(i => tensor.Values[(i + position) % count]).Select(v => tensor.Element switch
            {
                ElementType.Real => v * (1 + 0.03 * position),
                ElementType.Int => count == 1 ? v + position : v,
                ElementType.Bool => count == 1 ? (v + position) % 2 : v,
                _ => throw new System.Diagnostics.UnreachableException(),
            })],
        };
    }

    private static Node? BatchedGraph(GraphBuilder b, Node root, Dictionary<Node, Node> inputs, Dim size)
    {
        var batched = new Dictionary<Node, Node>(inputs);
        var isBatched = inputs.Where(i => i.Key != i.Value).Select(i => i.Key).ToHashSet();
        foreach (var node in GraphFunction.TopologicalOrder([root]).Where(n => !batched.ContainsKey(n)))
        {
            batched[node] = node;
            if (node.Inputs.Any(isBatched.Contains))
            {
                var request = new BatchRequest(node, [.. node.Inputs.Select(i => batched[i])], [.. node.Inputs.Select(isBatched.Contains)], size, b);
                if (node.Operator.Batch(request) is not { } result)
                {
                    return null;
                }

                batched[node] = result;
                isBatched.Add(node);
            }
        }

        return batched[root];
    }

    private static ImmutableArray<string> Differences(string title, double[] expected, double[] actual)
    {
        if (expected.Length != actual.Length)
        {
            return [$"{title}: {actual.Length} elements instead of {expected.Length}"];
        }

        return [.. Enumerable.Range(0, expected.Length)
            .Where(i => !expected[i].Equals(actual[i]) && !(Math.Abs(expected[i] - actual[i]) <= 1e-12 * (1 + Math.Abs(expected[i]))))
            .Take(1).Select(i => $"{title}: element {i} is {actual[i]:R} instead of {expected[i]:R}")];
    }

    private static ReferenceTensor Stack(ReferenceTensor[] parts) =>
        new(parts[0].Element, [parts.Length, .. parts[0].Shape], [.. parts.SelectMany(p => p.Values)]);

    private static Node WithAxis(GraphBuilder b, string size, Node node, int number) =>
        b.Input($"{size}{number}", node.Type with { Shape = new Shape([Dim.Symbol(size), .. node.Shape]) });

    private static TensorType TypeOf(ReferenceTensor tensor) => new(tensor.Element, new Shape(tensor.Shape.Select(s => (Dim)s)));
}
