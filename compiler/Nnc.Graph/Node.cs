using System.Collections.Immutable;
using Nnc.Core.Text;

namespace Nnc.Graph;

/// <summary>
/// One value of the SSA graph: an operator applied to earlier values. Nodes are immutable and compared by identity; a graph is
/// whatever is reachable from a <see cref="GraphFunction"/>'s outputs. Make nodes with a <see cref="GraphBuilder"/>, which
/// shares equal ones.
/// </summary>
public sealed class Node
{
    internal Node(int id, Operator op, ImmutableArray<Node> inputs, TensorType type, NodeLabel? label)
    {
        Id = id;
        Operator = op;
        Inputs = inputs;
        Type = type;
        Label = label;
    }

    /// <summary>Increases in order of creation, so that it is a topological order within one builder.</summary>
    public int Id { get; }

    public Operator Operator { get; }

    public ImmutableArray<Node> Inputs { get; }

    public TensorType Type { get; }

    public Shape Shape => Type.Shape;

    public ElementType Element => Type.Element;

    /// <summary>The equation that names this value in the source, if one does.</summary>
    public NodeLabel? Label { get; internal set; }

    public override string ToString() => $"%{Id} = {Operator.Name}({string.Join(", ", Inputs.Select(i => $"%{i.Id}"))}) : {Type}";
}

/// <summary>The name an equation gives to a value (<c>hidden.dense.a</c>) and where it stands.</summary>
public sealed record NodeLabel(string Name, SourceSpan? Span)
{
    /// <summary>Whether it is the adjoint of the value with this name, in the step of a recurrence's gradient.</summary>
    public bool IsAdjoint { get; init; }
}
