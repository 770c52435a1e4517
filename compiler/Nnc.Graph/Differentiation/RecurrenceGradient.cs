using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Differentiation;

/// <summary>
/// Back-propagation through time (Werbos 1990): the gradient of a recurrence is a recurrence the other way, whose states are the
/// adjoints that a step hands to the one before it.
/// <code>
/// h[t] = tanh(a[t]), a[t] = x[t] @ U + h[t-1] @ V      δh[t] = Δh[t] + δa[t+1] @ Vᵀ;  δa[t] = δh[t] ⊙ (1 − h[t]²)
///                                                      δx[t] = δa[t] @ Uᵀ;  ∂L/∂V = Σₜ h[t-1]ᵀ @ δa[t];  ∂L/∂h[-1] = δa[0] @ Vᵀ
/// </code>
/// </summary>
internal sealed class RecurrenceGradient
{
    private readonly GraphBuilder _builder;
    private readonly Recurrence _recurrence;
    private readonly ImmutableArray<Node> _inputs;
    private readonly List<StepSequence> _sequences = [];
    private readonly List<StepState> _states = [];
    private readonly Dictionary<Node, Node> _seeds = [];

    private RecurrenceGradient(GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> inputs) =>
        (_builder, _recurrence, _inputs) = (builder, recurrence, inputs);

    /// <summary>The cotangents of the recurrence's inputs; null where there is none.</summary>
    /// <param name="members">The nodes that read values of the recurrence.</param>
    /// <param name="adjoints">The adjoints found so far: all that the members get.</param>
    /// <param name="isNeeded">The nodes that carry an adjoint.</param>
    public static ImmutableArray<Node?> Apply(
        GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> members, IReadOnlyDictionary<Node, Node> adjoints, IReadOnlySet<Node> isNeeded)
    {
        var (gradient, finals) = Begin(builder, recurrence, members, adjoints);
        return gradient._seeds.Count == 0 && finals.Count == 0 ? [] : gradient.Solve(finals, [.. members[0].Inputs.Select(isNeeded.Contains)], null).Inputs;
    }

    /// <summary>The adjoint of a value of the step over all steps, with what later steps make of the value; null where there is none.</summary>
    public static Node? Total(
        GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> members, IReadOnlyDictionary<Node, Node> adjoints, Node value)
    {
        var (gradient, finals) = Begin(builder, recurrence, members, adjoints);
        return gradient._seeds.Count == 0 && finals.Count == 0 ? null : gradient.Solve(finals, [.. members[0].Inputs.Select(_ => false)], value).Total;
    }

    /// <summary>The adjoints that come from outside: of collected values at every step, of states after the last one.</summary>
    private static (RecurrenceGradient Gradient, Dictionary<int, Node> Finals) Begin(
        GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> members, IReadOnlyDictionary<Node, Node> adjoints)
    {
        var gradient = new RecurrenceGradient(builder, recurrence, members[0].Inputs);
        var finals = new Dictionary<int, Node>();
        foreach (var member in members.Where(adjoints.ContainsKey))
        {
            if (member.Operator is ScanOperator scan)
            {
                gradient.AddCollected(scan.Value, adjoints[member]);
            }
            else
            {
                finals[((FinalStateOperator)member.Operator).State] = adjoints[member];
            }
        }

        return (gradient, finals);
    }

    /// <summary>A collected value's adjoint arrives at every step.</summary>
    private void AddCollected(Node value, Node cotangent)
    {
        var element = Cotangent(value);
        _sequences.Add(new StepSequence(element, cotangent));
        Seed(value, element);
    }

    /// <param name="total">A value of the step whose adjoint is wanted over all steps, if any is.</param>
    private (ImmutableArray<Node?> Inputs, Node? Total) Solve(Dictionary<int, Node> finals, ImmutableArray<bool> needed, Node? total)
    {
        var carried = _recurrence.States.Select((s, k) => (State: s, Position: k)).Where(s => s.State.Previous.Element == ElementType.Real).ToArray();
        var cotangents = carried.Select(c => Cotangent(c.State.Next)).ToArray();
        foreach (var (state, cotangent) in carried.Zip(cotangents))
        {
            Seed(state.State.Next, cotangent);
        }

        var stepInputs = _recurrence.StepInputs;
        Node[] wanted = [.. stepInputs.Where((s, k) => needed[k] || carried.Any(c => c.State.Previous == s)), .. total is null ? Array.Empty<Node>() : [total]];
        var adjoints = Differentiator.Adjoints(_builder, _seeds, wanted);
        foreach (var (value, adjoint) in adjoints.Where(a => a.Key.Label is { IsAdjoint: false } && a.Value.Inputs.Length > 0))
        {
            GraphBuilder.Name(adjoint, value.Label! with { IsAdjoint = true });
        }

        foreach (var ((state, position), cotangent) in carried.Zip(cotangents))
        {
            var initial = finals.GetValueOrDefault(position) ?? _builder.ConstantLike(state.Previous, 0);
            var next = adjoints.GetValueOrDefault(state.Previous) ?? _builder.ConstantLike(state.Previous, 0);
            _states.Add(new StepState($"d{NameOf(state.Next)}", cotangent, initial, next, !_recurrence.IsReversed));
        }

        return Close(
            [.. stepInputs.Select((s, k) => needed[k] ? adjoints.GetValueOrDefault(s) : null)], carried.Select(c => c.State).ToArray(),
            total is null ? null : adjoints.GetValueOrDefault(total));
    }

    /// <param name="results">For each input of the recurrence its step's adjoint, if it is wanted and there is one.</param>
    /// <param name="total">The adjoint of a value of the step that is wanted over all steps.</param>
    private (ImmutableArray<Node?> Inputs, Node? Total) Close(ImmutableArray<Node?> results, RecurrentState[] carried, Node? total)
    {
        var (sequences, states) = (_recurrence.Sequences.Length, _recurrence.States.Length);
        var sums = _recurrence.IsCheckpointed ? CarriedSums([.. results.Select((r, k) => k < sequences + states ? null : r)]) : [];
        var scanned = results.Where((r, k) => r is not null && (k < sequences || (k >= sequences + states && !sums.ContainsKey(r))));
        Node[] values = [.. scanned.Append(total).OfType<Node>()];
        AddForwardValues([.. values, .. _states.Select(s => s.Next)]);
        var equations = new StepEquations(_recurrence.Position, _recurrence.Length, [], []) { IsCheckpointed = _recurrence.IsCheckpointed };
        var closed = StepClosure.Close(
            _builder, equations, !_recurrence.IsReversed, _sequences, [.. _states], values,
            [.. _recurrence.Invariants.Select((s, k) => (s, _inputs[sequences + states + k]))]);
        return (
            [.. results.Select((r, k) => r is null ? null
                : k < sequences ? closed.Scan(r)
                : k < sequences + states ? closed.Final(Array.IndexOf(carried, _recurrence.States[k - sequences]))
                : sums.TryGetValue(r, out var sum) ? closed.Final(sum)
                : _builder.Reduce(ReductionKind.Sum, closed.Scan(r), [0]))],
            total is null ? null : closed.Scan(total));
    }

    /// <summary>States that add up over the steps: a term for every step would have to be kept otherwise.</summary>
    private Dictionary<Node, int> CarriedSums(IEnumerable<Node?> terms)
    {
        var sums = new Dictionary<Node, int>();
        foreach (var term in terms.OfType<Node>().Distinct())
        {
            var before = _builder.StepInput("sum", term.Type);
            sums.Add(term, _states.Count);
            _states.Add(new StepState("sum", before, _builder.ConstantLike(term, 0), _builder.Add(before, term), !_recurrence.IsReversed));
        }

        return sums;
    }

    /// <summary>What the step's adjoint reads of the step itself: read again where it is stored anyway, or kept for it.</summary>
    private void AddForwardValues(ImmutableArray<Node> roots)
    {
        foreach (var (element, whole) in _recurrence.Sequences.Zip(_inputs))
        {
            _sequences.Add(new StepSequence(element, whole));
        }

        foreach (var state in _recurrence.States)
        {
            _sequences.Add(Kept(state.Previous));
        }

        foreach (var value in _recurrence.IsCheckpointed ? [] : KeptValues.Choose(_recurrence, _seeds.Keys, roots))
        {
            _sequences.Add(Kept(value));
        }
    }

    private StepSequence Kept(Node value) => new(value, _builder.Scan(_recurrence, value, _inputs));

    private void Seed(Node value, Node cotangent) =>
        _seeds[value] = _seeds.TryGetValue(value, out var sum) ? _builder.Add(sum, cotangent) : cotangent;

    /// <summary>A step input for a part of a value's adjoint that comes from outside the step.</summary>
    private Node Cotangent(Node value)
    {
        var name = NameOf(value);
        return GraphBuilder.Name(_builder.StepInput($"d{name}", value.Type), new NodeLabel(name, value.Label?.Span) { IsAdjoint = true });
    }

    private static string NameOf(Node value) => value.Label?.Name ?? (value.Operator as StepInputOperator)?.InputName ?? value.Operator.Name;
}
