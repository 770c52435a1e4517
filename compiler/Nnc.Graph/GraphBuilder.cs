using System.Collections.Immutable;

namespace Nnc.Graph;

/// <summary>Makes nodes and shares equal ones: the same operator applied to the same inputs is the same node.</summary>
public sealed partial class GraphBuilder
{
    private readonly Dictionary<NodeKey, Node> _nodes = [];
    private static int s_nextId;

    /// <summary>Applies an operator; the result's type is inferred.</summary>
    public Node Apply(Operator op, params ImmutableArray<Node> inputs)
    {
        var key = new NodeKey(op, inputs);
        if (!_nodes.TryGetValue(key, out var node))
        {
            var type = op.Infer([.. inputs.Select(i => i.Type)]);
            node = new Node(Interlocked.Increment(ref s_nextId), op, inputs, type, null);
            _nodes.Add(key, node);
        }

        return node;
    }

    /// <summary>Names a value after the equation that defines it; the first name stays.</summary>
    public static Node Name(Node node, NodeLabel label)
    {
        node.Label ??= label;
        return node;
    }

    private readonly record struct NodeKey(Operator Operator, ImmutableArray<Node> Inputs)
    {
        public bool Equals(NodeKey other) =>
            Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan()) && Operator.Equals(other.Operator);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(Operator);
            foreach (var input in Inputs)
            {
                hash.Add(input.Id);
            }

            return hash.ToHashCode();
        }
    }
}
