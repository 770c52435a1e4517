using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>
/// One evaluation of a recurrence's equations, with the position t, the elements of sequences at t and the values of earlier
/// steps as step inputs.
/// </summary>
internal sealed class RecurrenceStep
{
    private readonly Evaluator _evaluator;
    private readonly Dictionary<StepFamily, Value> _values = [];
    private readonly Dictionary<EquationStatement, Value> _shared = [];
    private readonly Stack<(StepFamily Family, EquationStatement Statement)> _evaluating = new();
    private readonly Dictionary<(Node Whole, int Axis, Dim Offset), StepRead> _reads = [];
    private readonly Dictionary<(StepFamily Family, bool IsAhead), List<Value>> _carried = [];
    private readonly Dictionary<StepEquation, Value> _boundaries = [];
    private readonly HashSet<Node> _stepInputs = [];
    private readonly StepDependents _dependents;
    private readonly Scope _outer;

    /// <param name="shapes">What is known of carried values.</param>
    /// <param name="outer">The scope that boundaries are evaluated in.</param>
    public RecurrenceStep(Evaluator evaluator, RecurrenceBlock block, IReadOnlyDictionary<StepFamily, StepShape> shapes, Scope outer)
    {
        (_evaluator, Block, _outer) = (evaluator, block, outer);
        Shapes = shapes.ToDictionary();
        Position = evaluator.Graph.StepInput(block.Index, TensorType.Int());
        _stepInputs.Add(Position);
        _dependents = new StepDependents(_stepInputs);
        Scope = new Scope(outer.File, outer, outer.Path, outer.Owner) { Step = this };
        Scope.Define(block.Index, new TensorValue(Position));
        foreach (var family in block.Families)
        {
            Scope.Define(family.Name, new StepFamilyValue(family, this));
        }

        evaluator.Enter(this);
        evaluator.DefineBlock(block.Locals, Scope);
    }

    public RecurrenceBlock Block { get; }

    public Scope Scope { get; }

    public Node Position { get; }

    /// <summary>The number of this step among all that are taken, those of recurrences around this one counted first.</summary>
    public Node Repetition
    {
        get
        {
            var graph = _evaluator.Graph;
            return _outer.Step is { } around ? graph.Add(graph.Multiply(around.Repetition, graph.Size(Block.Length)), Position) : Position;
        }
    }

    /// <summary>The shapes of carried values as far as they are known.</summary>
    public Dictionary<StepFamily, StepShape> Shapes { get; }

    /// <summary>Names whose earlier values were read while nothing was known of their shape.</summary>
    public HashSet<StepFamily> Opened { get; } = [];

    /// <summary>Names whose earlier values are read.</summary>
    public IEnumerable<StepFamily> Carried => _carried.Keys.Select(k => k.Family).Distinct();

    public IEnumerable<StepRead> Reads => _reads.Values;

    /// <summary>Evaluates every equation; those with errors have none of it afterwards.</summary>
    public void EvaluateAll()
    {
        foreach (var family in Block.Families)
        {
            try
            {
                Own(family, family.Equation!.Span);
            }
            catch (ElaborationError)
            {
                // Reported; the other equations are still checked.
            }
        }
    }

    /// <summary>The value of a name at t, if it could be evaluated.</summary>
    public Value? TryValue(StepFamily family) => _values.GetValueOrDefault(family) is { } value and not ErrorValue ? value : null;

    /// <summary>Whether a value is not the same at every step.</summary>
    public bool Varies(Node node) => _dependents.Contains(node);

    /// <summary>A name's value at a distance from t: 0 the step's own, −1 that of the step before, 1 that of the step after.</summary>
    public Value At(StepFamily family, long distance, SourceSpan span) => distance == 0
        ? Own(family, span)
        : Lagged(family, (int)Math.Min(Math.Abs(distance), int.MaxValue), distance > 0, span);

    /// <summary>The element at t + offset of an axis. What a step makes itself is indexed in the step.</summary>
    public Node Element(Node whole, int axis, Dim offset, SourceSpan span)
    {
        if (Varies(whole))
        {
            return ElementOfStepValue(whole, axis, offset);
        }

        if (!_reads.TryGetValue((whole, axis, offset), out var read))
        {
            var size = whole.Shape[axis];
            var prover = _evaluator.Context.Prover;
            if (!prover.Proves(offset, DimRelation.GreaterOrEqual, Dim.Zero) || !prover.Proves(size, DimRelation.GreaterOrEqual, Block.Length + offset))
            {
                throw _evaluator.Fail(RecurrenceErrors.TimeAxis(span, size, Block.Length, offset));
            }

            var graph = _evaluator.Graph;
            var taken = graph.Slice(whole, axis, offset, Block.Length);
            var timeFirst = graph.Transpose(taken, [axis, .. Enumerable.Range(0, whole.Type.Rank).Where(a => a != axis)]);
            var element = graph.StepInput(NameOf(whole), whole.Type with { Shape = whole.Shape.Without(axis) });
            _stepInputs.Add(element);
            _reads[(whole, axis, offset)] = read = new StepRead(new StepSequence(element, timeFirst), axis);
        }

        return read.Sequence.Element;
    }

    /// <summary>The name of a value, or of what it holds in another order.</summary>
    private static string NameOf(Node node) => node.Label?.Name
        ?? (node.Operator is TransposeOperator or ReshapeOperator ? NameOf(node.Inputs[0]) : node.Operator.Name);

    /// <summary>The states of the step for the graph, with their values before the first step and after each.</summary>
    public ImmutableArray<StepState> States()
    {
        var states = ImmutableArray.CreateBuilder<StepState>();
        foreach (var ((family, isAhead), lags) in _carried)
        {
            var shape = Shapes[family];
            var next = Leaves(_values[family], shape, family, family.Equation!.Statement.Value.Span);
            for (var lag = 1; lag <= lags.Count; lag++)
            {
                var boundary = family.BoundariesOf(isAhead)[lag];
                var initial = Leaves(Boundary(boundary), shape, family, boundary.Statement.Value.Span);
                Node[] previous = [.. Evaluator.Leaves(lags[lag - 1]).Select(l => ((TensorValue)l).Node)];
                for (var k = 0; k < previous.Length; k++)
                {
                    states.Add(new StepState(family.Name, previous[k], initial[k], next[k], isAhead));
                }

                next = previous;
            }
        }

        return states.ToImmutable();
    }

    /// <summary>A name's value at t as tensors; of the carried shape where it is carried.</summary>
    public Value Collectable(StepFamily family)
    {
        var value = _values[family];
        var span = family.Equation!.Statement.Value.Span;
        if (_carried.Keys.Any(k => k.Family == family))
        {
            var leaves = new Queue<Node>(Leaves(value, Shapes[family], family, span));
            return Shapes[family].Build(_ => new TensorValue(leaves.Dequeue()));
        }

        return _evaluator.ToTensors(value, span);
    }

    /// <summary>The value given for a position outside the steps; evaluated once.</summary>
    public Value Boundary(StepEquation boundary)
    {
        if (!_boundaries.TryGetValue(boundary, out var value))
        {
            _boundaries[boundary] = value = _evaluator.InStep(_outer.Step, () => _evaluator.EvaluateBoundary(boundary, _outer));
        }

        return value;
    }

    private Node[] Leaves(Value value, StepShape shape, StepFamily family, SourceSpan span) =>
        _evaluator.SpreadTo(value, shape, () => RecurrenceErrors.OtherShape(span, family.Name, shape, _evaluator.DescribeShape(value), Block.Index), span);

    private Node ElementOfStepValue(Node whole, int axis, Dim offset)
    {
        var graph = _evaluator.Graph;
        var front = graph.Transpose(whole, [axis, .. Enumerable.Range(0, whole.Type.Rank).Where(a => a != axis)]);
        return graph.Gather(front, offset == Dim.Zero ? Position : graph.Add(Position, graph.Cast(graph.Size(offset), ElementType.Int)));
    }

    private Value Own(StepFamily family, SourceSpan span)
    {
        if (!_values.TryGetValue(family, out var value))
        {
            var statement = family.Equation!.Statement;
            if (_evaluating.FirstOrDefault(e => e.Statement == statement) is { Family: { } })
            {
                throw _evaluator.Fail(RecurrenceErrors.CycleWithoutLag(span, Circle(family, statement), Block.Index));
            }

            _evaluating.Push((family, statement));
            try
            {
                _values[family] = value = _evaluator.InStep(this, () => EvaluateOwn(family.Equation));
            }
            catch (ElaborationError)
            {
                _values[family] = value = ErrorValue.Instance;
            }
            finally
            {
                _evaluating.Pop();
            }
        }

        return value is ErrorValue ? throw new ElaborationError() : value;
    }

    private IEnumerable<string> Circle(StepFamily family, EquationStatement statement)
    {
        var names = _evaluating.TakeWhile(e => e.Statement != statement).Select(e => e.Family.Name).Reverse();
        return [family.Name, .. names, family.Name];
    }

    private Value EvaluateOwn(StepEquation equation)
    {
        if (equation.Statement.Targets.Length == 1)
        {
            return _evaluator.EvaluateStepEquation(equation, Scope);
        }

        if (!_shared.TryGetValue(equation.Statement, out var shared))
        {
            _shared[equation.Statement] = shared = _evaluator.EvaluateStepEquation(equation, Scope);
        }

        return _evaluator.MemberOf(shared, equation, Scope);
    }

    private Value Lagged(StepFamily family, int lag, bool isAhead, SourceSpan span)
    {
        RequireBoundaries(family, lag, isAhead, span);
        if (_evaluator.Context.IsScratch)
        {
            // All lags have one shape, and one beyond the given starts is refused in earnest.
            lag = Math.Min(lag, family.BoundariesOf(isAhead).Keys.Max());
        }

        if (!Shapes.TryGetValue(family, out var shape))
        {
            Opened.Add(family);
            return new OpenStateValue(family, found =>
            {
                if (!_evaluator.Context.IsScratch)
                {
                    throw new ElaborationError();
                }

                Shapes.TryAdd(family, found);
                return Lagged(family, lag, isAhead, span);
            });
        }

        if (!_carried.TryGetValue((family, isAhead), out var lags))
        {
            _carried[(family, isAhead)] = lags = [];
        }

        while (lags.Count < lag)
        {
            lags.Add(shape.Build(type => new TensorValue(StateInput(family, type))));
        }

        return lags[lag - 1];
    }

    private Node StateInput(StepFamily family, TensorType type)
    {
        var node = _evaluator.Graph.StepInput(family.Name, type);
        _stepInputs.Add(node);
        return node;
    }

    private void RequireBoundaries(StepFamily family, int lag, bool isAhead, SourceSpan span)
    {
        var given = family.BoundariesOf(isAhead);
        if (_evaluator.Context.IsScratch && given.Count > 0)
        {
            // The shape follows from one start; that others are missing is said when the step is evaluated in earnest.
            return;
        }

        for (var distance = 1; distance <= lag; distance++)
        {
            if (given.ContainsKey(distance))
            {
                continue;
            }

            var position = PositionText(distance, isAhead);
            throw _evaluator.Fail(distance == 1
                ? RecurrenceErrors.MissingInitial(span, family.Name, Block.Index, position)
                : RecurrenceErrors.LagTooLarge(span, family.Name, lag, given.Count(g => g.Key <= lag), position));
        }
    }

    private string PositionText(int distance, bool isAhead)
    {
        var extent = Block.Statement.Extent.Span.Text;
        return !isAhead ? $"-{distance}" : distance == 1 ? extent : $"{extent}+{distance - 1}";
    }
}

/// <summary>A sequence that is read with the index.</summary>
/// <param name="Axis">The axis of the whole at which time sits.</param>
internal sealed record StepRead(StepSequence Sequence, int Axis);

/// <summary>Which nodes depend on the inputs of a step; remembers those that do not.</summary>
internal sealed class StepDependents(HashSet<Node> inputs)
{
    private readonly Dictionary<Node, bool> _known = [];

    public bool Contains(Node node)
    {
        if (inputs.Contains(node))
        {
            return true;
        }

        if (_known.TryGetValue(node, out var known))
        {
            return known;
        }

        foreach (var each in GraphFunction.TopologicalOrder([node]).Where(n => !_known.ContainsKey(n)))
        {
            _known[each] = inputs.Contains(each) || each.Inputs.Any(i => _known[i]);
        }

        return _known[node];
    }
}
