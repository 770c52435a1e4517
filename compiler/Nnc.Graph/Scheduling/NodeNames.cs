using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Scheduling;

/// <summary>What buffers and loops of one program are called.</summary>
internal sealed class NodeNames
{
    private readonly Dictionary<Node, string> _names = [];
    private int _loops;

    /// <summary>The equation's name, or the operator's with its place in the function.</summary>
    public string Of(Node node)
    {
        if (!_names.TryGetValue(node, out var name))
        {
            name = node.Label?.Name ?? (node.Operator as StepInputOperator)?.InputName ?? $"{node.Operator.Name.Split(' ')[0]}.{_names.Count}";
            _names.Add(node, name);
        }

        return name;
    }

    /// <summary>A symbol that no function has, for the position of a loop.</summary>
    public DimSymbol Position(Node position) => new(((StepInputOperator)position.Operator).InputName, Scope: --_loops, Minimum: 0);
}
