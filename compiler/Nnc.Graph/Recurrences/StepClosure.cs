using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Recurrences;

/// <summary>
/// Closes equations of a step over their step inputs: whatever else they read of the outer graph becomes an invariant.
/// <code>
/// before:  h[t] = tanh(x[t] @ U + h[t-1])   with the outer U        after:  the same over a step input U, and inputs x, h0, U
/// </code>
/// </summary>
internal sealed class StepClosure
{
    private readonly GraphBuilder _builder;
    private readonly HashSet<Node> _dependent;
    private readonly Dictionary<Node, Node> _closed;
    private readonly List<(Node StepInput, Node Outer)> _invariants;

    private StepClosure(
        GraphBuilder builder, Dictionary<Node, Node> stepInputs, IEnumerable<(Node StepInput, Node Outer)> invariants, ImmutableArray<Node> roots)
    {
        _builder = builder;
        _invariants = [.. invariants];
        _dependent = StepDependence.On(stepInputs.Keys, roots);
        _closed = stepInputs;
        foreach (var node in StepDependence.Order(roots, stepInputs.Keys.ToHashSet()).Where(_dependent.Contains))
        {
            _closed[node] = Rebuild(node);
        }

        foreach (var root in roots)
        {
            Operand(root);
        }
    }

    /// <param name="sequences">Values that come from outside at every step, whatever made them.</param>
    /// <param name="values">The values of the step that will be collected.</param>
    /// <param name="invariants">Step inputs that already stand for outer values which are the same at every step.</param>
    public static ClosedStep Close(
        GraphBuilder builder, StepEquations equations, bool isReversed, IReadOnlyCollection<StepSequence> sequences,
        ImmutableArray<StepState> states, IEnumerable<Node> values, IReadOnlyCollection<(Node StepInput, Node Outer)>? invariants = null)
    {
        invariants ??= [];
        var stepInputs = sequences.ToDictionary(s => s.Element, s => StepInputFor(builder, s.Element));
        foreach (var own in states.Select(s => s.Previous).Append(equations.Position).Concat(invariants.Select(i => i.StepInput)))
        {
            stepInputs[own] = own;
        }

        ImmutableArray<Node> roots = [.. states.Select(s => s.Next), .. values, .. equations.Until is { } until ? [until] : Array.Empty<Node>()];
        var closure = new StepClosure(builder, stepInputs, invariants, roots);
        var used = GraphFunction.TopologicalOrder(roots.Select(r => closure._closed[r])).ToHashSet();
        ImmutableArray<StepSequence> read = [.. sequences.Where(s => used.Contains(closure._closed[s.Element]))];
        var constants = closure._invariants.Where(i => used.Contains(i.StepInput)).ToArray();
        var recurrence = new Recurrence
        {
            Length = equations.Length,
            IsReversed = isReversed,
            Position = equations.Position,
            Sequences = [.. read.Select(s => closure._closed[s.Element])],
            States = [.. states.Select(s => new RecurrentState(s.Previous, closure._closed[s.Next]))],
            Invariants = [.. constants.Select(i => i.StepInput)],
            Until = equations.Until is null ? null : closure._closed[equations.Until],
            IsCheckpointed = equations.IsCheckpointed,
        };
        ImmutableArray<Node> inputs = [.. read.Select(s => s.Whole), .. states.Select(s => s.Initial), .. constants.Select(i => i.Outer)];
        return new ClosedStep(builder, recurrence, inputs, closure._closed);
    }

    private static Node StepInputFor(GraphBuilder builder, Node element) =>
        element.Operator is StepInputOperator ? element : builder.StepInput(element.Label?.Name ?? element.Operator.Name, element.Type);

    private Node Rebuild(Node node)
    {
        var closed = _builder.Apply(node.Operator, [.. node.Inputs.Select(Operand)]);
        return node.Label is { } label ? GraphBuilder.Name(closed, label) : closed;
    }

    private Node Operand(Node node)
    {
        if (!_closed.TryGetValue(node, out var closed))
        {
            closed = IsConstant(node) ? node : IsMovement(node) ? Rebuild(node) : Invariant(node);
            _closed.Add(node, closed);
        }

        return closed;
    }

    private Node Invariant(Node outer)
    {
        var stepInput = _builder.StepInput(outer.Label?.Name ?? (outer.Operator as InputOperator)?.InputName ?? outer.Operator.Name, outer.Type);
        _invariants.Add((stepInput, outer));
        return stepInput;
    }

    /// <summary>Whether a value is another's elements at other places, which a step reads as well from the other.</summary>
    private static bool IsMovement(Node node) => node.Operator is BroadcastOperator or TransposeOperator or SliceOperator { Step: 1 };

    /// <summary>Whether a value needs nothing from outside, so that the step can make it itself.</summary>
    private static bool IsConstant(Node node) =>
        node.Operator is FillOperator or SizeOperator
        || (node.Operator is BroadcastOperator or ReshapeOperator or ElementwiseOperator && node.Inputs.All(IsConstant));
}

/// <summary>A recurrence with the outer values it is applied to.</summary>
internal sealed class ClosedStep(GraphBuilder builder, Recurrence recurrence, ImmutableArray<Node> inputs, IReadOnlyDictionary<Node, Node> closed)
{
    public Recurrence Recurrence { get; } = recurrence;

    public ImmutableArray<Node> Inputs { get; } = inputs;

    /// <summary>A value of the step, as the equations have it, over all steps.</summary>
    public Node Scan(Node value)
    {
        var scan = builder.Scan(Recurrence, closed[value], Inputs);
        return value.Label is { } label ? GraphBuilder.Name(scan, label) : scan;
    }

    public Node Final(int state) => builder.FinalState(Recurrence, state, Inputs);
}
