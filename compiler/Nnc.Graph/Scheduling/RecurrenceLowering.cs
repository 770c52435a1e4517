using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Makes one loop of all values of a recurrence. Its step is scheduled like a function, with buffers that stand for the values of
/// one step; then each of those becomes a row of a buffer over all steps. A state lies in <c>[T + 1, …]</c>, the initial value
/// included, where it is collected before or after the step, so that both are views without a copy; in a ring of two rows where
/// only its last value is wanted.
/// </summary>
/// <example>
/// <c>h[t] = tanh(x[t] + h[t-1]); y = scan h; z = scan h[t-1]</c> →
/// <c>s[0] = h0; for t: s[t + 1] = tanh(x[t] + s[t])</c> with <c>y = s[1…], z = s[…T)</c>
/// </example>
internal sealed class RecurrenceLowering
{
    private readonly NodeLowering _outer;
    private readonly NodeLowering _step;
    private readonly ScalarPool _pool;
    private readonly Recurrence _recurrence;
    private readonly ImmutableArray<Node> _members;
    private readonly DimSymbol _position;
    private readonly Dictionary<Buffer, Buffer> _rows = [];
    private readonly List<(Node Node, Buffer Buffer)> _results = [];
    private readonly List<ProgramItem> _before = [];
    private readonly List<ProgramItem> _rest = [];
    private readonly List<Buffer> _filled = [];
    private readonly List<StepRows> _stored = [];

    private RecurrenceLowering(NodeLowering outer, ScalarPool pool, Recurrence recurrence, ImmutableArray<Node> members)
    {
        (_outer, _step, _pool, _recurrence, _members) = (outer, outer.ForStep(), pool, recurrence, members);
        _position = outer.NewPosition(recurrence.Position);
    }

    private Dim Position => Dim.Symbol(_position);

    private ImmutableArray<Node> Inputs => _members[0].Inputs;

    public static void Apply(NodeLowering outer, ScalarPool pool, Recurrence recurrence, ImmutableArray<Node> members) =>
        new RecurrenceLowering(outer, pool, recurrence, members).Apply();

    private void Apply()
    {
        BindInputs();
        for (var k = 0; k < _recurrence.States.Length; k++)
        {
            AddState(k);
        }

        foreach (var member in _members.Where(m => _outer.Find(m) is null))
        {
            Collect(member);
        }

        var until = _recurrence.Until is { } end ? Result(end, "until", null) : null;
        var wanted = _members.Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value);
        var items = Scheduler.Schedule(_step.Lower(_recurrence.Nodes(wanted), [.. _results]));
        var loop = new KernelLoop(_position, _recurrence.Length, _recurrence.IsReversed, BufferReplacement.Apply(_pool, items, _rows))
        {
            Source = _recurrence,
            Rows = [.. _stored],
            Until = until,
            Rest = until is null ? [] : [.. _rest],
        };
        var draft = new LoopDraft([.. _before, loop]);
        foreach (var buffer in _filled)
        {
            _outer.Add(new Definition(buffer, _outer.AxesOf(buffer.Shape), _outer.Identity(buffer.Shape), _pool.Make(new RealConstant(0)))
            {
                Order = _members[0].Id,
                MustStore = true,
                Loop = draft,
                OpaqueInputs = draft.Reads,
            });
        }
    }

    private void BindInputs()
    {
        _step.Bind(_recurrence.Position, _ => _pool.Int(Position));
        var firstInvariant = _recurrence.Sequences.Length + _recurrence.States.Length;
        foreach (var (element, whole) in _recurrence.Sequences.Zip(Inputs))
        {
            if (Movement(whole, _outer.Identity(whole.Shape)) is not null)
            {
                _step.Bind(element, index => _outer.Element(whole, [_pool.Int(Position), .. index]));
            }
            else
            {
                _step.Bind(element, StandIn(element, Row(_outer.Materialize(whole), Position)));
            }
        }

        foreach (var (invariant, outer) in _recurrence.Invariants.Zip(Inputs.Skip(firstInvariant)))
        {
            if (Movement(outer, _outer.Identity(outer.Shape)) is not null)
            {
                _step.Bind(invariant, index => _outer.Element(outer, index));
            }
            else
            {
                _step.Bind(invariant, _outer.Materialize(outer));
            }
        }
    }

    /// <summary>The elements of a value that is nowhere stored and only moves others; null for any other.</summary>
    private ScalarExpression? Movement(Node node, ImmutableArray<ScalarExpression> index) =>
        _outer.Find(node) is null && _outer.Element(node, index) is var element && ScalarCost.IsMovement(element) ? element : null;

    private void AddState(int state)
    {
        var (previous, next) = _recurrence.States[state];
        var initial = Inputs[_recurrence.Sequences.Length + state];
        var keepsAll = _recurrence.Until is null && _members.Any(m => IsView(m, previous) || IsView(m, next));
        var rows = new Buffer(_outer.NameOf(previous), next.Element, new Shape([keepsAll ? _recurrence.Length + 1 : 2, .. next.Shape]), BufferPlace.Workspace);
        _filled.Add(rows);
        _stored.Add(new(next, rows, keepsAll));

        // Counted from the start, state k is what precedes step k forwards, and step k − 1 from the end.
        Buffer At(Dim place) => Row(rows, keepsAll ? place : Dim.Mod(place, 2));
        var (before, after) = _recurrence.IsReversed ? (Position + 1, Position) : (Position, Position + 1);
        var (first, last) = _recurrence.IsReversed ? (_recurrence.Length, Dim.Zero) : (Dim.Zero, _recurrence.Length);
        _before.Add(Copy($"{rows.Name} initially", At(first), Movement(initial, _outer.Identity(initial.Shape)) ?? Load(_outer.Materialize(initial))));
        _step.Bind(previous, StandIn(previous, At(before)));
        Result(next, rows.Name, At(after));
        _rest.Add(Copy($"{rows.Name} again", At(after), Load(At(before))));

        foreach (var member in _members.Where(m => m.Operator is FinalStateOperator final && final.State == state))
        {
            _outer.Bind(member, At(last));
        }

        foreach (var member in keepsAll ? _members.Where(m => _outer.Find(m) is null) : [])
        {
            if (IsView(member, previous) || IsView(member, next))
            {
                var isLater = IsView(member, next) != _recurrence.IsReversed;
                _outer.Bind(member, View(rows, member.Shape, RowSize(rows) * (isLater ? 1 : 0)));
            }
        }
    }

    /// <summary>Whether a node collects a value of a state, and is not itself wanted in a place of its own.</summary>
    private bool IsView(Node member, Node value) => member.Operator is ScanOperator scan && scan.Value == value && _outer.OutputOf(member) is null;

    /// <summary>Stores a value at every step in a buffer over all steps.</summary>
    private void Collect(Node member)
    {
        var value = ((ScanOperator)member.Operator).Value;
        var all = _outer.OutputOf(member) ?? new Buffer(_outer.NameOf(member), member.Element, member.Shape, BufferPlace.Workspace);
        _filled.Add(all);
        _stored.Add(new(value, all, KeepsAll: true));
        _outer.Bind(member, all);
        Result(value, all.Name, Row(all, Position));
        _rest.Add(Copy($"{all.Name} again", Row(all, Position), Load(Row(all, _recurrence.IsReversed ? Position + 1 : Position - 1))));
    }

    /// <summary>Asks for a value of the step; it goes to a row, or to a buffer of its own.</summary>
    private Buffer Result(Node value, string name, Buffer? row)
    {
        var buffer = new Buffer(name, value.Element, value.Shape, BufferPlace.Workspace);
        _results.Add((value, buffer));
        if (row is not null)
        {
            _rows.Add(buffer, row);
        }

        return buffer;
    }

    /// <summary>What the step's kernels read, until it becomes the row.</summary>
    private Buffer StandIn(Node input, Buffer row)
    {
        var buffer = new Buffer(_outer.NameOf(input), input.Element, input.Shape, BufferPlace.Workspace);
        _rows.Add(buffer, row);
        return buffer;
    }

    private Kernel Copy(string name, Buffer target, ScalarExpression value) =>
        new(name, _outer.AxesOf(target.Shape), [new Store(target, _outer.Identity(target.Shape), value)]);

    private ScalarExpression Load(Buffer buffer) => _pool.Make(new Load(buffer, _outer.Identity(buffer.Shape)));

    /// <summary>The place-th element along the first axis.</summary>
    private static Buffer Row(Buffer rows, Dim place) => View(rows, new Shape(rows.Shape.Skip(1)), RowSize(rows) * place);

    private static Buffer View(Buffer rows, Shape shape, Dim offset) =>
        new(rows.Name, rows.Element, shape, BufferPlace.Workspace) { StorageOf = rows, Offset = offset };

    private static Dim RowSize(Buffer rows) => rows.Shape.Skip(1).Aggregate(Dim.One, (product, size) => product * size);
}
