using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Tool.Execution;

/// <summary>
/// Which rows of a summary each row is computed from directly. A value of a recurrence comes from the values of the same step
/// that it reads, and from what the loop reads for it from outside; the step before is no arrow, or every loop would be a circle.
/// </summary>
internal sealed class RowFlow
{
    private readonly Dictionary<Node, int> _rows;
    private readonly Dictionary<Node, ImmutableHashSet<int>> _origins = [];

    /// <summary>The rows that are values of recurrences, by the loop and the value of its step.</summary>
    private readonly Dictionary<(Recurrence Loop, Node Value), int> _steps = [];

    private RowFlow(ImmutableArray<Node> rows)
    {
        _rows = rows.Select((node, position) => (node, position)).ToDictionary(p => p.node, p => p.position);
        foreach (var (node, position) in _rows)
        {
            if (node.Operator is ScanOperator scan)
            {
                _steps.TryAdd((scan.Recurrence, scan.Value), position);
            }
        }
    }

    /// <param name="order">The nodes of a function, inputs before users.</param>
    /// <param name="rows">Those that are rows.</param>
    /// <returns>Pairs of positions in <paramref name="rows"/>.</returns>
    public static ImmutableArray<(int From, int To)> Edges(ImmutableArray<Node> order, ImmutableArray<Node> rows)
    {
        var flow = new RowFlow(rows);
        var edges = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (var node in order)
        {
            var from = flow.From(node);
            if (flow._rows.TryGetValue(node, out var position))
            {
                edges.AddRange(from.Remove(position).Order().Select(f => (f, position)));
                from = [position];
            }

            flow._origins[node] = from;
        }

        return edges.ToImmutable();
    }

    private ImmutableHashSet<int> From(Node node) => node.Operator switch
    {
        ScanOperator scan => FromStep(node, scan.Recurrence, scan.Value),
        FinalStateOperator final => FromStep(node, final.Recurrence, final.Recurrence.States[final.State].Next),
        _ => node.Inputs.Aggregate(ImmutableHashSet<int>.Empty, (all, input) => all.Union(_origins[input])),
    };

    private ImmutableHashSet<int> FromStep(Node node, Recurrence loop, Node value)
    {
        var walk = new StepWalk(loop, value, loop.StepInputs.Zip(node.Inputs).ToDictionary(p => p.First, p => p.Second));
        Visit(walk, value, isSameStep: true, []);
        foreach (var state in walk.Carried.ToArray())
        {
            Visit(walk, state, isSameStep: false, []);
        }

        return walk.Rows.ToImmutable();
    }

    /// <summary>Notes the rows that a value of a step comes from. What earlier steps made is followed to what they read from outside.</summary>
    private void Visit(StepWalk walk, Node step, bool isSameStep, HashSet<Node> seen)
    {
        if (!seen.Add(step))
        {
            return;
        }

        if (isSameStep && step != walk.Value && _steps.TryGetValue((walk.Loop, step), out var row))
        {
            walk.Rows.Add(row);
            return;
        }

        if (walk.Outside.TryGetValue(step, out var outer))
        {
            walk.Rows.UnionWith(_origins[outer]);
        }

        if (walk.Loop.States.FirstOrDefault(s => s.Previous == step) is { } state && walk.Carried.Add(state.Next) && !isSameStep)
        {
            Visit(walk, state.Next, isSameStep: false, seen);
        }

        foreach (var input in step.Inputs)
        {
            Visit(walk, input, isSameStep, seen);
        }
    }

    /// <summary>A walk from one value of a loop's step.</summary>
    /// <param name="Outside">What the step's inputs stand for.</param>
    private sealed record StepWalk(Recurrence Loop, Node Value, Dictionary<Node, Node> Outside)
    {
        public ImmutableHashSet<int>.Builder Rows { get; } = ImmutableHashSet.CreateBuilder<int>();

        /// <summary>The values of earlier steps that are read.</summary>
        public HashSet<Node> Carried { get; } = [];
    }
}
