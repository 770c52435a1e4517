using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph;

/// <summary>Where the value of a graph's input comes from.</summary>
public enum InputRole
{
    /// <summary>Passed by the caller for each call: images, labels, the arguments of an entry.</summary>
    Data,

    /// <summary>A trained parameter.</summary>
    Parameter,

    /// <summary>Non-trained state, such as running statistics.</summary>
    State,

    /// <summary>A value an optimizer keeps for a parameter.</summary>
    OptimizerState,

    /// <summary>Scalars of the training loop: the seed, the step (from 1), the schedule's factor.</summary>
    Control,
}

public enum OutputRole
{
    Result,
    Loss,
    Metric,

    /// <summary>A new value for the input named by <see cref="GraphOutput.Updates"/>, written in place.</summary>
    Update,

    /// <summary>A loss's gradient for a parameter.</summary>
    Gradient,
}

/// <summary>An input of a function: a node whose operator is <see cref="InputOperator"/>.</summary>
public sealed record GraphInput(string Name, InputRole Role, Node Node)
{
    /// <summary>What every element is where the caller gives no value; null where a value must be given.</summary>
    public double? Default { get; init; }
}

/// <param name="Updates">For <see cref="OutputRole.Update"/>, the name of the input whose storage receives the value.</param>
public sealed record GraphOutput(string Name, OutputRole Role, Node Node, string? Updates = null);

/// <summary>
/// A closed graph: what a backend compiles to one native function, what the interpreter runs and <c>nnc grad</c> prints.
/// Symbolic dimensions are bound by the shapes of its inputs; those that no input's shape determines are listed in
/// <see cref="FreeDimensions"/> and passed by the caller.
/// </summary>
public sealed record GraphFunction(string Name, ImmutableArray<GraphInput> Inputs, ImmutableArray<GraphOutput> Outputs)
{
    public ImmutableArray<DimSymbol> FreeDimensions { get; init; } = [];

    /// <summary>The symbolic dimensions: as the inputs' shapes name them, then the free ones. Callers pass sizes in this order.</summary>
    public ImmutableArray<DimSymbol> Symbols => [.. Inputs.SelectMany(i => i.Node.Shape).SelectMany(d => d.Symbols()).Concat(FreeDimensions).Distinct()];

    public GraphInput? FindInput(string name) => Inputs.FirstOrDefault(i => i.Name == name);

    public GraphOutput? FindOutput(string name) => Outputs.FirstOrDefault(o => o.Name == name);

    /// <summary>Every node reachable from the outputs, inputs before users, each once.</summary>
    public ImmutableArray<Node> Nodes() => TopologicalOrder(Outputs.Select(o => o.Node));

    /// <summary>Every node reachable from the roots, inputs before users, each once, in order of creation where that is free.</summary>
    public static ImmutableArray<Node> TopologicalOrder(IEnumerable<Node> roots)
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
            else if (seen.Add(top.Node))
            {
                pending.Push((top.Node, true));
                var inputs = top.Node.Inputs;
                for (var k = inputs.Length - 1; k >= 0; k--)
                {
                    if (!seen.Contains(inputs[k]))
                    {
                        pending.Push((inputs[k], false));
                    }
                }
            }
        }

        return order.ToImmutable();
    }
}
