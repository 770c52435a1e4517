using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// A simplified recurrence: constants stand in the step instead of coming from outside, the step's own nodes are simplified, and
/// states that nothing wanted depends on are gone.
/// <code>
/// before:  δ[t] = Δ[t] + δ[t+1] · w, s[t] = s[t-1] + 1, with Δ = 0 and s unread      after:  δ[t] = δ[t+1] · w
/// </code>
/// </summary>
internal sealed class RecurrenceSimplification : IRewrittenRecurrence
{
    private readonly GraphBuilder _builder;
    private readonly Recurrence _old;
    private readonly IReadOnlyDictionary<Node, Node> _values;
    private readonly ImmutableArray<int> _states;
    private readonly Recurrence _new;
    private readonly ImmutableArray<Node> _inputs;

    /// <param name="members">All nodes that read values of the recurrence.</param>
    /// <param name="inputs">What their inputs have become.</param>
    /// <param name="rebuild">What the given roots in the step become, where some step inputs are replaced by constants.</param>
    public RecurrenceSimplification(
        GraphBuilder builder, Recurrence old, ImmutableArray<Node> members, ImmutableArray<Node> inputs,
        Func<IReadOnlyCollection<Node>, IReadOnlyDictionary<Node, Node>, IReadOnlyDictionary<Node, Node>> rebuild)
    {
        (_builder, _old) = (builder, old);
        var wanted = members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value).ToArray();
        _values = rebuild([.. wanted, .. old.States.Select(s => s.Next), .. old.Until is null ? Array.Empty<Node>() : [old.Until]], Constants(inputs, wanted));
        _states = NeededStates(wanted, members.Select(m => m.Operator).OfType<FinalStateOperator>().Select(f => f.State));

        var until = old.Until is null ? null : _values[old.Until];
        var used = GraphFunction.TopologicalOrder([
            .. wanted.Select(w => _values[w]), .. _states.Select(k => _values[old.States[k].Next]), .. until is null ? Array.Empty<Node>() : [until]]).ToHashSet();
        var sequences = Enumerable.Range(0, old.Sequences.Length).Where(k => used.Contains(old.Sequences[k])).ToArray();
        var invariants = Enumerable.Range(0, old.Invariants.Length).Where(k => used.Contains(old.Invariants[k])).ToArray();
        _inputs = [
            .. sequences.Select(k => inputs[k]),
            .. _states.Select(k => inputs[old.Sequences.Length + k]),
            .. invariants.Select(k => inputs[old.Sequences.Length + old.States.Length + k])];
        _new = new Recurrence
        {
            Length = old.Length,
            IsReversed = old.IsReversed,
            Position = old.Position,
            Sequences = [.. sequences.Select(k => old.Sequences[k])],
            States = [.. _states.Select(k => new RecurrentState(old.States[k].Previous, _values[old.States[k].Next]))],
            Invariants = [.. invariants.Select(k => old.Invariants[k])],
            Until = until,
            History = [.. old.History, .. old.States.Where((_, k) => !_states.Contains(k)).Select(s => new StateRemoved(old, s))],
            IsCheckpointed = old.IsCheckpointed,
        };
    }

    /// <summary>Adds to the history what the rewriting of the step did.</summary>
    public RecurrenceSimplification Record(IEnumerable<RecurrenceChange> changes)
    {
        _new.History = [.. _new.History, .. changes];
        return this;
    }

    /// <summary>What a node that reads a value of the recurrence becomes.</summary>
    public Node Replace(Node member) => member.Operator switch
    {
        ScanOperator scan => _builder.Scan(_new, _values[scan.Value], _inputs),
        FinalStateOperator final => _builder.FinalState(_new, _states.IndexOf(final.State), _inputs),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The step inputs for which one constant comes from outside at every step, and masks that hold at every step.</summary>
    private Dictionary<Node, Node> Constants(ImmutableArray<Node> inputs, IEnumerable<Node> wanted)
    {
        var constants = new Dictionary<Node, Node>();
        var firstInvariant = _old.Sequences.Length + _old.States.Length;
        foreach (var (stepInput, k) in _old.StepInputs.Select((s, k) => (s, k)))
        {
            if ((k < _old.Sequences.Length || k >= firstInvariant) && GraphBuilder.ConstantValueOf(inputs[k]) is { } value)
            {
                constants.Add(stepInput, _builder.Fill(value, stepInput.Type));
            }
        }

        foreach (var node in _old.Nodes(wanted).Where(IsWithinLength))
        {
            constants.TryAdd(node, _builder.Fill(1, node.Type));
        }

        return constants;
    }

    /// <summary>Whether a node asks if t is less than the number of steps: it is, at every step.</summary>
    private bool IsWithinLength(Node node) =>
        node.Operator is ElementwiseOperator { Function: ScalarFunction.Less }
        && Spread(node.Inputs[0]) == _old.Position
        && Spread(node.Inputs[1]) is { } limit
        && (limit.Operator is SizeOperator size ? size.Size == _old.Length
            : _old.Length.IsConstant && GraphBuilder.ConstantValueOf(limit) >= _old.Length.ConstantValue);

    /// <summary>The value that a repetition repeats.</summary>
    private static Node Spread(Node node)
    {
        while (node.Operator is BroadcastOperator or ReshapeOperator)
        {
            node = node.Inputs[0];
        }

        return node;
    }

    private ImmutableArray<int> NeededStates(IEnumerable<Node> wanted, IEnumerable<int> finals)
    {
        var needed = finals.ToHashSet();
        var roots = wanted.Select(w => _values[w]).Concat(_old.Until is null ? [] : [_values[_old.Until]]).ToList();
        for (var count = -1; count < needed.Count;)
        {
            count = needed.Count;
            var reached = GraphFunction.TopologicalOrder(roots.Concat(needed.Select(k => _values[_old.States[k].Next]))).ToHashSet();
            needed.UnionWith(Enumerable.Range(0, _old.States.Length).Where(k => reached.Contains(_old.States[k].Previous)));
        }

        return [.. needed.Order()];
    }
}
