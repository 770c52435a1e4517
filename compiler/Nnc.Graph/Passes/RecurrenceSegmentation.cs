using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Cuts a recurrence into segments: a loop over them, whose states are all that its gradient reads of it, around a loop over the
/// steps of one.
/// <code>
/// before:  for t in 0..T: h[t] = f(x[t], h[t-1])
/// after:   for k in 0..⌈T / S⌉: for i in 0..S: t = S·k + i;  h[t] = f(x[t], h[t-1]) where t &lt; T
/// </code>
/// </summary>
internal sealed class RecurrenceSegmentation : IRewrittenRecurrence
{
    private readonly GraphBuilder _builder;
    private readonly Recurrence _old;
    private readonly long _steps;
    private readonly Recurrence _outer;
    private readonly ImmutableArray<Node> _outerInputs;
    private readonly Recurrence _inner;
    private readonly ImmutableArray<Node> _innerInputs;
    private readonly IReadOnlyDictionary<Node, Node> _values;

    public RecurrenceSegmentation(GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> members, ImmutableArray<Node> inputs, long steps)
    {
        (_builder, _old, _steps) = (builder, recurrence, steps);
        var (sequences, states) = (recurrence.Sequences.Length, recurrence.States.Length);
        var segment = builder.StepInput("segment", TensorType.Int());
        var own = builder.StepInput("segment", TensorType.Int());
        var place = builder.StepInput("place", TensorType.Int());
        var position = builder.Add(builder.Multiply(own, builder.IntConstant(steps)), place);
        _values = Values(members, position);

        ImmutableArray<Node> outerSequences = [.. recurrence.Sequences.Select(s => Like(s, [steps, .. s.Shape]))];
        ImmutableArray<Node> outerStates = [.. recurrence.States.Select(s => Like(s.Previous, s.Previous.Shape))];
        ImmutableArray<Node> outerInvariants = [.. recurrence.Invariants.Select(i => Like(i, i.Shape))];
        _innerInputs = [.. outerSequences, .. outerStates, .. outerInvariants, segment];
        _inner = new Recurrence
        {
            Length = steps,
            IsReversed = recurrence.IsReversed,
            Position = place,
            Sequences = recurrence.Sequences,
            States = [.. recurrence.States.Select(s => new RecurrentState(s.Previous, Within(position, _values[s.Next], s.Previous)))],
            Invariants = [.. recurrence.Invariants, own],
        };
        _outer = new Recurrence
        {
            Length = Dim.CeilDiv(recurrence.Length, steps),
            IsReversed = recurrence.IsReversed,
            Position = segment,
            Sequences = outerSequences,
            States = [.. outerStates.Select((s, k) => new RecurrentState(s, builder.FinalState(_inner, k, _innerInputs)))],
            Invariants = outerInvariants,
            IsCheckpointed = true,
        };
        _outerInputs = [.. inputs[..sequences].Select(Segments), .. inputs[sequences..]];
    }

    /// <summary>What a node that reads a value of the recurrence becomes.</summary>
    public Node Replace(Node member) => member.Operator switch
    {
        ScanOperator scan => Whole(_builder.Scan(_outer, _builder.Scan(_inner, _values[scan.Value], _innerInputs), _outerInputs)),
        FinalStateOperator final => _builder.FinalState(_outer, final.State, _outerInputs),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private bool IsExact => _old.Length.IsConstant && _old.Length.ConstantValue % _steps == 0;

    /// <summary>The values of the step at a position in a segment.</summary>
    private Dictionary<Node, Node> Values(ImmutableArray<Node> members, Node position)
    {
        var wanted = members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value);
        return GraphRewriting.Rebuild(wanted.Concat(_old.States.Select(s => s.Next)), new Dictionary<Node, Node> { [_old.Position] = position }, new(
            (node, inputs) => GraphRewriting.Apply(_builder, node, inputs),
            (_, _, inputs) => new UnchangedRecurrence(_builder, inputs)));
    }

    /// <summary>A state where the step exists; beyond the last step it stays as it is.</summary>
    private Node Within(Node position, Node next, Node previous)
    {
        if (IsExact)
        {
            return next;
        }

        var exists = _builder.Compare(ScalarFunction.Less, position, _builder.Size(_old.Length));
        return _builder.Select(_builder.BroadcastTo(exists, next.Shape), next, previous);
    }

    /// <summary>
    /// <c>[T, …]</c> → <c>[⌈T / S⌉, S, …]</c>. The last element fills what is left of the last segment: steps beyond the end, whose
    /// results nothing reads, are then as finite as the others, and so are their products with adjoints of zero.
    /// </summary>
    private Node Segments(Node whole)
    {
        var count = Dim.CeilDiv(_old.Length, _steps);
        var element = new Shape(whole.Shape.Skip(1));
        var filled = IsExact ? whole : _builder.Concatenate([whole, Repeated(whole, element, (count * _steps) - _old.Length)], 0);
        return _builder.Reshape(filled, new Shape([count, _steps, .. element]));
    }

    /// <summary>The last element several times; zeros where there is none.</summary>
    private Node Repeated(Node whole, Shape element, Dim times)
    {
        var fromOne = _builder.Pad(_builder.StopGradient(whole), 0, Dim.One, Dim.Zero, 0);
        var last = _builder.Reshape(_builder.Slice(fromOne, 0, _old.Length, Dim.One), element);
        return _builder.Broadcast(last, new Shape([times, .. element]), [-1, .. Enumerable.Range(0, element.Rank)]);
    }

    /// <summary><c>[⌈T / S⌉, S, …]</c> → <c>[T, …]</c>.</summary>
    private Node Whole(Node segments)
    {
        var joined = _builder.Reshape(segments, new Shape([Dim.CeilDiv(_old.Length, _steps) * _steps, .. segments.Shape.Skip(2)]));
        return IsExact ? joined : _builder.Slice(joined, 0, Dim.Zero, _old.Length);
    }

    private Node Like(Node stepInput, IEnumerable<Dim> shape)
    {
        var copy = _builder.StepInput(((StepInputOperator)stepInput.Operator).InputName, stepInput.Type with { Shape = new Shape(shape) });
        return stepInput.Label is { } label ? GraphBuilder.Name(copy, label) : copy;
    }
}
