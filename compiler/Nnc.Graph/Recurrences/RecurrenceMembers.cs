using System.Collections.Immutable;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Recurrences;

/// <summary>The nodes of a graph that read values of the same recurrence. They have the same inputs, so that none needs another.</summary>
public sealed class RecurrenceMembers
{
    private readonly Dictionary<Recurrence, ImmutableArray<Node>> _members;

    /// <param name="order">Inputs before users.</param>
    public RecurrenceMembers(ImmutableArray<Node> order) =>
        _members = order.Where(n => RecurrenceOf(n) is not null).GroupBy(n => RecurrenceOf(n)!).ToDictionary(g => g.Key, g => g.ToImmutableArray());

    public IEnumerable<Recurrence> Recurrences => _members.Keys;

    /// <summary>The recurrence that a node reads a value of; null for every other node.</summary>
    public static Recurrence? RecurrenceOf(Node node) => node.Operator switch
    {
        ScanOperator scan => scan.Recurrence,
        FinalStateOperator final => final.Recurrence,
        _ => null,
    };

    /// <summary>Nodes, and those of the steps of their recurrences.</summary>
    public static IEnumerable<Node> WithSteps(ImmutableArray<Node> order)
    {
        var members = new RecurrenceMembers(order);
        return order.Concat(members.Recurrences.SelectMany(r =>
            WithSteps(r.Nodes(members.Of(r).Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value)))));
    }

    /// <summary>The nodes that read values of a recurrence, in order.</summary>
    public ImmutableArray<Node> Of(Recurrence recurrence) => _members[recurrence];

    /// <summary>Whether a node is the first of its recurrence: all users of the recurrence's values come later.</summary>
    public bool IsFirst(Node node) => Of(RecurrenceOf(node)!)[0] == node;
}
