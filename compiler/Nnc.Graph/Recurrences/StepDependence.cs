using System.Collections.Immutable;

namespace Nnc.Graph.Recurrences;

/// <summary>Which values of a step need which others.</summary>
internal static class StepDependence
{
    /// <summary>The nodes, among those that the roots need, that depend on one of the sources; the sources included.</summary>
    public static HashSet<Node> On(IEnumerable<Node> sources, IEnumerable<Node> roots)
    {
        var dependent = sources.ToHashSet();
        foreach (var node in GraphFunction.TopologicalOrder(roots))
        {
            if (node.Inputs.Any(dependent.Contains))
            {
                dependent.Add(node);
            }
        }

        return dependent;
    }

    /// <summary>What the roots need, inputs before users, up to the nodes of <paramref name="cuts"/>, which are not entered.</summary>
    public static ImmutableArray<Node> Order(IEnumerable<Node> roots, IReadOnlySet<Node> cuts)
    {
        var seen = new HashSet<Node>();
        var order = ImmutableArray.CreateBuilder<Node>();
        var pending = new Stack<(Node Node, bool Expanded)>(roots.Reverse().Select(r => (r, false)));
        while (pending.TryPop(out var top))
        {
            if (top.Expanded)
            {
                order.Add(top.Node);
            }
            else if (!cuts.Contains(top.Node) && seen.Add(top.Node))
            {
                pending.Push((top.Node, true));
                foreach (var input in top.Node.Inputs.Reverse())
                {
                    pending.Push((input, false));
                }
            }
        }

        return order.ToImmutable();
    }

    /// <summary>The states in groups that need each other in a circle, a group before those that need it.</summary>
    public static ImmutableArray<ImmutableArray<StepState>> Components(StepEquations equations)
    {
        var states = equations.States;
        if (equations.Until is not null)
        {
            // What ends the loop ends all of it.
            return states.IsEmpty ? [] : [states];
        }

        var needs = states.ToDictionary(s => s, s => Needed(s, states));
        var reach = states.ToDictionary(s => s, s => Closure(s, needs));
        var groups = new List<ImmutableArray<StepState>>();
        foreach (var state in states)
        {
            if (!groups.Any(g => g.Contains(state)))
            {
                groups.Add([.. states.Where(o => o == state || (reach[state].Contains(o) && reach[o].Contains(state)))]);
            }
        }

        // A group that needs another one reaches all of it, so it reaches more.
        return [.. groups.OrderBy(g => reach[g[0]].Union(g).Count())];
    }

    private static HashSet<StepState> Needed(StepState state, ImmutableArray<StepState> states)
    {
        var nodes = GraphFunction.TopologicalOrder([state.Next]).ToHashSet();
        return [.. states.Where(s => nodes.Contains(s.Previous))];
    }

    private static HashSet<StepState> Closure(StepState start, Dictionary<StepState, HashSet<StepState>> needs)
    {
        var reached = new HashSet<StepState>();
        var pending = new Stack<StepState>(needs[start]);
        while (pending.TryPop(out var state))
        {
            if (reached.Add(state))
            {
                foreach (var next in needs[state])
                {
                    pending.Push(next);
                }
            }
        }

        return reached;
    }
}
