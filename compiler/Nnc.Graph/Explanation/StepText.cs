using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Explanation;

/// <summary>
/// How values of a recurrence's step read in a report: by the names of their equations, without the layers around them; what has
/// no name by its operator and its inputs.
/// </summary>
internal sealed class StepText(Recurrence recurrence)
{
    private readonly HashSet<Node> _varying = StepDependence.On(
        [.. recurrence.Sequences, .. recurrence.States.Select(s => s.Previous), recurrence.Position], recurrence.Nodes([]));

    public string Of(Node node) => node switch
    {
        _ when node == recurrence.Position => "t",
        { Operator: StepInputOperator } => OfInput(node),
        { Label: { } label } => $"{Name(label)}{(_varying.Contains(node) ? "[t]" : "")}",
        _ => OfOperator(node),
    };

    /// <summary>The name that a label gives: the last part, for an adjoint with a δ before it.</summary>
    public static string Name(NodeLabel label) => $"{(label.IsAdjoint ? "δ" : "")}{Short(label.Name)}";

    /// <summary>A name without the layers that it stands in; a number among several of one name stays with it.</summary>
    public static string Short(string name)
    {
        var start = name.LastIndexOf('.') + 1;
        while (start > 0 && start < name.Length && char.IsAsciiDigit(name[start]))
        {
            start = name.LastIndexOf('.', start - 2) + 1;
        }

        return name[start..];
    }

    /// <summary>What a step's value is called, without its time.</summary>
    public static string NameOf(Node node) => node.Label is { } label ? Name(label)
        : node.Operator is StepInputOperator input ? Short(input.InputName)
        : node.Operator.Name.Split(' ')[0];

    private static bool IsNamed(Node node) => node.Label is not null || node.Operator is StepInputOperator;

    private string OfInput(Node node)
    {
        var time = recurrence.Sequences.Contains(node) ? "[t]"
            : recurrence.States.Any(s => s.Previous == node) ? recurrence.IsReversed ? "[t+1]" : "[t−1]"
            : "";
        return $"{NameOf(node)}{time}";
    }

    private string OfOperator(Node node) => node.Operator switch
    {
        ContractOperator op => OfProduct(op, node.Inputs),
        ConcatenateOperator => $"[{string.Join(", ", node.Inputs.Select(Of))}]",
        BroadcastOperator or ReshapeOperator or TransposeOperator or SliceOperator or PadOperator => Of(node.Inputs[0]),
        ElementwiseOperator => $"{NameOf(node)}({(node.Inputs.All(IsNamed) ? string.Join(", ", node.Inputs.Select(Of)) : "…")})",
        _ when node.Inputs.Length == 0 => NameOf(node),
        _ => $"{NameOf(node)}({string.Join(", ", node.Inputs.Select(Of))})",
    };

    /// <summary>A matrix product; the factor whose other axis is summed is transposed.</summary>
    private string OfProduct(ContractOperator op, ImmutableArray<Node> inputs)
    {
        var isLeftTurned = op.Left.Length == 2 && !op.Result.Contains(op.Left[0]);
        var isRightTurned = op.Right.Length == 2 && !op.Result.Contains(op.Right[1]);
        return $"{Of(inputs[0])}{(isLeftTurned ? "ᵀ" : "")} @ {Of(inputs[1])}{(isRightTurned ? "ᵀ" : "")}";
    }
}
