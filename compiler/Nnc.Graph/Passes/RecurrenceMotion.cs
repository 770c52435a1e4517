using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Moves work out of recurrences: what no state feeds is computed for all t before the loop, what feeds no state for all t after
/// it.
/// <code>
/// h[t] = tanh(x[t] @ U + h[t-1] @ V + b)       a = x @ U + b  over (t, n);  h[t] = tanh(a[t] + h[t-1] @ V)
/// ∂L/∂V = Σₜ h[t-1]ᵀ @ δa[t]                   one contraction over (t, n)
/// </code>
/// </summary>
internal sealed class RecurrenceMotion : IRewrittenRecurrence
{
    private readonly GraphBuilder _builder;
    private readonly Recurrence _old;
    private readonly ImmutableArray<Node> _inputs;
    private readonly StepRoles _roles;
    private readonly Dictionary<Node, Node?> _batched = [];
    private readonly Dictionary<Node, Node> _inLoop = [];
    private readonly Dictionary<Node, Node> _outer = [];
    private readonly List<(Node StepInput, Node Whole)> _sequences = [];
    private readonly List<(Node StepInput, Node Outer)> _invariants = [];
    private readonly Recurrence _new;
    private readonly ImmutableArray<Node> _newInputs;
    private readonly Dictionary<Node, Node> _replaced = [];
    private readonly List<RecurrenceChange> _changes = [];

    /// <param name="members">All nodes that read values of the recurrence.</param>
    /// <param name="inputs">What their inputs have become.</param>
    public RecurrenceMotion(GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> members, ImmutableArray<Node> inputs)
    {
        (_builder, _old, _inputs) = (builder, recurrence, inputs);
        var values = members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value).Distinct().ToArray();
        _roles = new StepRoles(recurrence, values);
        foreach (var (stepInput, input) in recurrence.StepInputs.Zip(inputs))
        {
            _inLoop[stepInput] = stepInput;
            _outer[stepInput] = input;
        }

        _inLoop[recurrence.Position] = recurrence.Position;
        foreach (var root in recurrence.States.Select(s => s.Next).Concat(values).Concat(recurrence.Until is null ? [] : [recurrence.Until]))
        {
            InLoop(root);
        }

        (_new, _newInputs) = Assemble();
        foreach (var value in values)
        {
            var outside = _roles.ShouldLeave(value) ? Batched(value) : null;
            _replaced[value] = outside ?? Collected(value);
            if (outside is not null)
            {
                _changes.Add(_roles.NeedsState(value) ? new MovedAfter(recurrence, value) : new MovedBefore(recurrence, value, IsVarying: true));
            }
        }

        _new.History = [.. recurrence.History, .. _changes];
    }

    /// <summary>What a node that reads a value of the recurrence becomes.</summary>
    public Node Replace(Node member) => member.Operator switch
    {
        ScanOperator scan => _replaced[scan.Value],
        FinalStateOperator final => _builder.FinalState(_new, final.State, _newInputs),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private (Recurrence Recurrence, ImmutableArray<Node> Inputs) Assemble()
    {
        var (sequences, states) = (_old.Sequences.Length, _old.States.Length);
        var recurrence = new Recurrence
        {
            Length = _old.Length,
            IsReversed = _old.IsReversed,
            Position = _old.Position,
            Sequences = [.. _old.Sequences, .. _sequences.Select(s => s.StepInput)],
            States = [.. _old.States.Select(s => new RecurrentState(s.Previous, _inLoop[s.Next]))],
            Invariants = [.. _old.Invariants, .. _invariants.Select(i => i.StepInput)],
            Until = _old.Until is null ? null : _inLoop[_old.Until],
            IsCheckpointed = _old.IsCheckpointed,
        };
        return (recurrence, [
            .. _inputs[..sequences], .. _sequences.Select(s => s.Whole),
            .. _inputs.Slice(sequences, states),
            .. _inputs[(sequences + states)..], .. _invariants.Select(i => i.Outer)]);
    }

    private Node Collected(Node value) => _builder.Scan(_new, _inLoop[value], _newInputs);

    /// <summary>A value of the step as the new loop computes it.</summary>
    private Node InLoop(Node node)
    {
        foreach (var each in StepDependence.Order([node], _inLoop.Keys.ToHashSet()))
        {
            if (!_inLoop.ContainsKey(each))
            {
                _inLoop[each] = Hoisted(each) ?? Named(_builder.Apply(each.Operator, [.. each.Inputs.Select(i => _inLoop[i])]), each);
            }
        }

        return _inLoop[node];
    }

    /// <summary>The step input that stands for a value which is computed before the loop; null for what stays.</summary>
    private Node? Hoisted(Node node)
    {
        if (_roles.IsHoistedConstant(node))
        {
            var stepInput = _builder.StepInput(NameOf(node), node.Type);
            _invariants.Add((stepInput, Outer(node)));
            _changes.Add(new MovedBefore(_old, node, IsVarying: false));
            return stepInput;
        }

        if (!_roles.IsHoisted(node))
        {
            return null;
        }

        if (Batched(node) is not { } whole)
        {
            _changes.Add(new StayedInside(_old, node));
            return null;
        }

        var sequence = _builder.StepInput(NameOf(node), node.Type);
        _sequences.Add((sequence, whole));
        _changes.Add(new MovedBefore(_old, node, IsVarying: true));
        return sequence;
    }

    /// <summary>A value over all steps, outside the loop; null where an operator cannot be applied to all at once.</summary>
    private Node? Batched(Node node)
    {
        foreach (var each in StepDependence.Order([node], _batched.Keys.ToHashSet()))
        {
            if (!_batched.ContainsKey(each) && _roles.IsVarying(each))
            {
                _batched[each] = BatchedFromInputs(each);
            }
        }

        return _batched[node];
    }

    private Node? BatchedFromInputs(Node node)
    {
        if (node == _old.Position)
        {
            return _builder.Iota(_old.Length);
        }

        if (_old.Sequences.Contains(node))
        {
            return _outer[node];
        }

        if (_roles.IsInCircle(node))
        {
            return Collected(node);
        }

        var inputs = node.Inputs.Select(i => _roles.IsVarying(i) ? _batched[i] : Outer(i)).ToArray();
        if (inputs.Contains(null))
        {
            return null;
        }

        var request = new BatchRequest(node, [.. inputs.Select(i => i!)], [.. node.Inputs.Select(_roles.IsVarying)], _old.Length, _builder);
        return node.Operator.Batch(request) is { } batched ? Named(batched, node) : null;
    }

    /// <summary>A value that is the same at every step, outside the loop.</summary>
    private Node Outer(Node node)
    {
        foreach (var each in StepDependence.Order([node], _outer.Keys.ToHashSet()))
        {
            if (!_outer.ContainsKey(each))
            {
                _outer[each] = each.Inputs.Length == 0 ? each : Named(_builder.Apply(each.Operator, [.. each.Inputs.Select(i => _outer[i])]), each);
            }
        }

        return _outer[node];
    }

    private static Node Named(Node node, Node original) => original.Label is { } label ? GraphBuilder.Name(node, label) : node;

    private static string NameOf(Node node) => node.Label?.Name ?? node.Operator.Name.Split(' ')[0];
}
