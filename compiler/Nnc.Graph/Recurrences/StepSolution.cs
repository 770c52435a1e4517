using System.Collections.Immutable;

namespace Nnc.Graph.Recurrences;

/// <summary>
/// Solves the equations of a step over all steps: states that need each other become one recurrence, those that need them a
/// later one, and what is in no circle is computed from their results.
/// <code>
/// f[t] = g(x[t], f[t-1]);  b[t] = g(x[t], b[t+1]);  y[t] = [f[t], b[t]]     →  a recurrence of f, one of b from the end, and y
/// </code>
/// </summary>
public sealed class StepSolution
{
    private readonly GraphBuilder _builder;
    private readonly StepEquations _equations;
    private readonly List<Component> _components = [];
    private readonly Dictionary<Node, Node> _sequences = [];

    private StepSolution(GraphBuilder builder, StepEquations equations) => (_builder, _equations) = (builder, equations);

    /// <summary>States that need each other in a circle, although some look back and others ahead; empty where that is never so.</summary>
    public static ImmutableArray<StepState> FindMixedDirections(StepEquations equations) =>
        StepDependence.Components(equations).FirstOrDefault(c => c.Select(s => s.IsReversed).Distinct().Count() > 1, []);

    /// <param name="values">The values of the step whose sequences are wanted.</param>
    public static StepSolution Solve(GraphBuilder builder, StepEquations equations, IReadOnlyCollection<Node> values)
    {
        var solution = new StepSolution(builder, equations);
        foreach (var states in StepDependence.Components(equations))
        {
            solution.AddComponent(states, values);
        }

        solution.CollectRest(values);
        return solution;
    }

    /// <summary>One of the wanted values over all steps: <c>[Length, …]</c>.</summary>
    public Node Sequence(Node value) => _sequences[value];

    /// <summary>A state after the last step taken; its initial value where there is no step.</summary>
    public Node Final(StepState state)
    {
        var component = _components.Single(c => c.States.Contains(state));
        return component.Closed.Final(component.States.IndexOf(state));
    }

    private void AddComponent(ImmutableArray<StepState> states, IReadOnlyCollection<Node> values)
    {
        var own = states.Select(s => s.Previous).ToArray();
        var next = states.Select(s => s.Next).ToArray();
        var inLoop = StepDependence.On(own, next);
        inLoop.UnionWith(next);

        // What depends on this circle and no other one is collected by the same loop.
        var others = _equations.States.Except(states).Select(s => s.Previous);
        var elsewhere = StepDependence.On(others, values);
        var here = StepDependence.On(own, values).Union(inLoop).ToHashSet();
        var collected = values.Where(v => inLoop.Contains(v) || (here.Contains(v) && !elsewhere.Contains(v))).ToArray();

        var closed = StepClosure.Close(_builder, _equations, states[0].IsReversed, Sequences(), states, [.. collected, .. inLoop]);
        _components.Add(new Component(states, inLoop, closed));
        foreach (var value in collected)
        {
            _sequences[value] = closed.Scan(value);
        }
    }

    /// <summary>What a loop can read at its position: the given sequences, and all values of the loops before it.</summary>
    private List<StepSequence> Sequences() =>
        [.. _equations.Sequences, .. _components.SelectMany(c => c.InLoop.Select(v => new StepSequence(v, c.Closed.Scan(v)))).DistinctBy(s => s.Element)];

    /// <summary>Values that no single circle gives: the same for all steps, or computed from several loops' results.</summary>
    private void CollectRest(IReadOnlyCollection<Node> values)
    {
        var sequences = Sequences();
        var dependent = StepDependence.On(sequences.Select(s => s.Element).Append(_equations.Position), values);
        Node[] rest = [.. values.Where(v => !_sequences.ContainsKey(v)).Distinct()];
        Node[] varying = [.. rest.Where(dependent.Contains)];
        if (varying.Length > 0)
        {
            var closed = StepClosure.Close(_builder, _equations with { Until = null }, isReversed: false, sequences, [], varying);
            foreach (var value in varying)
            {
                _sequences[value] = closed.Scan(value);
            }
        }

        foreach (var value in rest.Except(varying))
        {
            var shape = new Shape([_equations.Length, .. value.Shape]);
            _sequences[value] = _builder.BroadcastTo(value, shape);
        }
    }

    /// <param name="InLoop">The values that the circle runs through, its step inputs included.</param>
    private sealed record Component(ImmutableArray<StepState> States, HashSet<Node> InLoop, ClosedStep Closed);
}
