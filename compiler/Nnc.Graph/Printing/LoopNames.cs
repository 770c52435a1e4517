using Nnc.Graph.Operators;

namespace Nnc.Graph.Printing;

/// <summary>
/// The names of a gradient program's values, those in steps of recurrences included. A value that its label names is one value,
/// even where several loops compute it.
/// </summary>
/// <param name="names">The names given so far.</param>
/// <param name="taken">Names that no new one may have.</param>
/// <param name="isOnlySummed">Whether a collected value is read by nothing but its sum over all steps.</param>
internal sealed class LoopNames(Dictionary<Node, ValueName> names, HashSet<string> taken, Func<Node, bool> isOnlySummed)
{
    private readonly Dictionary<string, string> _bases = names.Where(n => n.Key.Label is { IsAdjoint: false } && n.Value.Kind == ValueKind.Value)
        .GroupBy(n => n.Key.Label!.Name).ToDictionary(g => g.Key, g => g.First().Value.Base);

    private readonly Dictionary<(string Label, bool IsAdjoint), Node> _labelled = [];
    private readonly Dictionary<Node, LoopEquations> _definedBy = [];

    public ValueName? Find(Node node) => names.GetValueOrDefault(node);

    /// <summary>The value's name; one is made up where it has none.</summary>
    public ValueName Of(Node node)
    {
        if (!names.TryGetValue(node, out var name))
        {
            var plain = node.Operator switch
            {
                InputOperator input => input.InputName,
                _ when node.Label is { } label => BaseOf(label.Name),
                _ => GradientProgram.Generic(node),
            };
            names.Add(node, name = new ValueName(ValueKind.Value, node.Label is null ? GradientProgram.Fresh(plain, taken) : plain));
        }

        return name;
    }

    /// <summary>A new name made from another one.</summary>
    public ValueName Fresh(ValueName name, string suffix) => new(name.Kind, GradientProgram.Fresh($"{name.Base}_{suffix}", taken));

    public void Assign(Node node, ValueName name) => names.TryAdd(node, name);

    /// <summary>The name of a step's value.</summary>
    public ValueName Require(Node node, StepTime time)
    {
        if (!names.ContainsKey(node))
        {
            names[node] = Of(node) with { Time = time };
        }

        return names[node];
    }

    /// <summary>Names a step's value after its label.</summary>
    public void AssignLabel(Node node, StepTime time)
    {
        var label = node.Label!;
        _labelled.TryAdd((label.Name, label.IsAdjoint), node);
        names.TryAdd(node, new ValueName(label.IsAdjoint ? ValueKind.Adjoint : ValueKind.Value, BaseOf(label.Name)) { Time = time });
    }

    /// <summary>What values with a label are called.</summary>
    public string BaseOf(string label)
    {
        if (!_bases.TryGetValue(label, out var name))
        {
            _bases.Add(label, name = GradientProgram.Fresh(label, taken));
        }

        return name;
    }

    /// <summary>Calls a sequence the adjoint that comes to a recurrence from outside.</summary>
    /// <param name="outer">The step of a recurrence around it.</param>
    public ValueName Incoming(Node whole, string name, StepTime? outer)
    {
        if (names.GetValueOrDefault(whole) is not { Kind: ValueKind.Incoming } incoming)
        {
            names[whole] = incoming = new ValueName(ValueKind.Incoming, name) { Time = outer };
        }

        return incoming;
    }

    /// <summary>Whether a loop writes a value's line: the first one that has it, and of equally labelled values only the first.</summary>
    public bool IsDefinedHere(Node node, LoopEquations loop)
    {
        if (node.Label is { } label && _labelled.GetValueOrDefault((label.Name, label.IsAdjoint)) is { } first && first != node)
        {
            return false;
        }

        _definedBy.TryAdd(node, loop);
        return _definedBy[node] == loop;
    }

    public bool IsOnlySummed(Node scan) => isOnlySummed(scan);
}
