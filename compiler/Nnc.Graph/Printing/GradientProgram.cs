using System.Collections.Immutable;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Passes;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Printing;

/// <summary>
/// The gradient of a loss as a graph whose values know their names: the graph that a training step compiles, before clipping
/// and the optimizer.
/// </summary>
public sealed record GradientProgram
{
    private GradientProgram(GraphFunction function, string loss, ImmutableDictionary<Node, ValueName> names) =>
        (Function, Loss, Names) = (function, loss, names);

    /// <summary>Outputs: the loss, then <c>grad/NAME</c> for each parameter.</summary>
    public GraphFunction Function { get; }

    /// <summary>The name of the loss.</summary>
    public string Loss { get; }

    /// <summary>The values of the forward pass that are worth a line, and their adjoints.</summary>
    internal ImmutableDictionary<Node, ValueName> Names { get; }

    /// <summary>Whether a recurrence runs within the step of another, so that values have more than one time index.</summary>
    public bool HasNestedRecurrences
    {
        get
        {
            var order = Function.Nodes();
            return RecurrenceMembers.WithSteps(order).Skip(order.Length).Any(n => RecurrenceMembers.RecurrenceOf(n) is not null);
        }
    }

    /// <summary>Differentiates an entry's loss; null where the entry has no such loss.</summary>
    public static GradientProgram? Create(GraphBuilder builder, EntryPoint entry, string lossName) =>
        entry.Training is { } forward ? Create(builder, forward, lossName) : null;

    /// <summary>Differentiates a function's loss by each of its parameters; null where there is no such loss.</summary>
    public static GradientProgram? Create(GraphBuilder builder, GraphFunction forward, string lossName)
    {
        if (forward.FindOutput(lossName) is not { Role: OutputRole.Loss, Node: var loss })
        {
            return null;
        }

        var parameters = forward.Inputs.Where(i => i.Role == InputRole.Parameter).ToArray();
        var adjoints = Differentiator.Adjoints(builder, loss, [.. parameters.Select(p => p.Node)]);
        var named = WorthNaming(loss).ToArray();
        var gradients = parameters.Select(p => adjoints.GetValueOrDefault(p.Node) ?? builder.ConstantLike(p.Node, 0)).ToArray();

        // Everything that has a name is an output while the graph is simplified, so that the names come out with it.
        var all = new GraphFunction("gradients", forward.Inputs,
        [
            new GraphOutput(lossName, OutputRole.Loss, loss),
            .. parameters.Select((p, k) => new GraphOutput($"grad/{p.Name}", OutputRole.Gradient, gradients[k])),
            .. named.Select(n => new GraphOutput("value", OutputRole.Result, n)),
            .. named.Where(adjoints.ContainsKey).Select(n => new GraphOutput("adjoint", OutputRole.Result, adjoints[n])),
        ])
        { FreeDimensions = forward.FreeDimensions };
        var simplified = Simplifier.Apply(builder, all).Outputs;
        var count = 1 + parameters.Length;
        var names = NamesOf(
            forward, lossName, simplified[0].Node, named, [.. simplified.Skip(count).Take(named.Length)],
            [.. named.Where(adjoints.ContainsKey)], [.. simplified.Skip(count + named.Length)]);
        return new GradientProgram(all with { Outputs = simplified[..count] }, lossName, names);
    }

    /// <summary>Values that the source names, and unnamed ones that are read more than once and do some work.</summary>
    private static IEnumerable<Node> WorthNaming(Node loss)
    {
        var order = GraphFunction.TopologicalOrder([loss]);
        var uses = order.SelectMany(n => n.Inputs).CountBy(i => i).ToDictionary();
        return order.Where(n => n.Inputs.Length > 0
            && (n.Label is not null || (uses.GetValueOrDefault(n) > 1 && !Lines.IsTransparent(n) && n.Operator is not ReshapeOperator)
                || n.Operator is ConvolveOperator or ContractOperator or WindowReduceOperator));
    }

    private static ImmutableDictionary<Node, ValueName> NamesOf(
        GraphFunction forward, string lossName, Node loss, Node[] named, GraphOutput[] values, Node[] differentiated, GraphOutput[] adjoints)
    {
        var names = ImmutableDictionary.CreateBuilder<Node, ValueName>();
        var taken = LoopEquations.Indices(GraphFunction.TopologicalOrder([loss])).ToHashSet();
        foreach (var input in forward.Inputs)
        {
            names[input.Node] = new ValueName(ValueKind.Value, Fresh(input.Name, taken));
        }

        names.TryAdd(loss, new ValueName(ValueKind.Value, Fresh(lossName, taken)));

        // The source's names first, so that made-up ones make way. Of the values of one equation the last is what it defines: with
        // dropout that is another one in training than outside.
        bool IsSuperseded(int k) => named.Skip(k + 1).Any(n => n.Label == named[k].Label);
        foreach (var k in Enumerable.Range(0, named.Length).OrderBy(k => named[k].Label is null ? 2 : IsSuperseded(k) ? 1 : 0))
        {
            var node = values[k].Node;
            if (!names.ContainsKey(node) && node.Operator is not FillOperator)
            {
                names[node] = new ValueName(ValueKind.Value, Fresh(named[k].Label?.Name ?? Generic(node), taken));
            }
        }

        for (var k = differentiated.Length - 1; k >= 0; k--)
        {
            var value = values[Array.IndexOf(named, differentiated[k])].Node;
            if (adjoints[k].Node is { Operator: not (FillOperator or InputOperator) } adjoint && names.TryGetValue(value, out var name) && name.Kind == ValueKind.Value)
            {
                names.TryAdd(adjoint, new ValueName(ValueKind.Adjoint, name.Base));
            }
        }

        return names.ToImmutable();
    }

    /// <summary>What an unnamed value is called: after its operator, by no name of the standard library; <c>t</c> for arithmetic.</summary>
    internal static string Generic(Node node) => node.Operator switch
    {
        ContractOperator => "product",
        ConvolveOperator => "convolution",
        ConvolveInputGradientOperator => "back",
        ReduceOperator { Kind: ReductionKind.Sum } => "total",
        ReduceOperator { Kind: ReductionKind.Product } => "whole_product",
        ReduceOperator { Kind: ReductionKind.Max } => "greatest",
        ReduceOperator { Kind: ReductionKind.Min } => "least",
        WindowReduceOperator { Kind: ReductionKind.Max } => "greatest",
        WindowReduceOperator => "pooled",
        WindowArgMaxOperator => "place",
        WindowSpreadOperator => "spread",
        WindowScatterOperator => "scattered",
        AccessOperator => "picked",
        RandomUniformOperator => "noise",
        AccessGradientOperator or ScatterAddOperator => "gathered",
        ReshapeOperator or BroadcastOperator or TransposeOperator when node.Inputs[0].Inputs.Length > 0 => Generic(node.Inputs[0]),
        ElementwiseOperator { Function: var f } => f switch
        {
            ScalarFunction.Equal or ScalarFunction.NotEqual or ScalarFunction.Less or ScalarFunction.LessOrEqual
                or ScalarFunction.Greater or ScalarFunction.GreaterOrEqual or ScalarFunction.And or ScalarFunction.Or or ScalarFunction.Not => "mask",
            ScalarFunction.Add or ScalarFunction.Subtract or ScalarFunction.Multiply or ScalarFunction.Divide or ScalarFunction.Negate
                or ScalarFunction.Power or ScalarFunction.Select or ScalarFunction.ToReal or ScalarFunction.ToInt => "t",
            ScalarFunction.Tanh => "h",
            ScalarFunction.Sigmoid => "s",
            ScalarFunction.Exp => "e",
            ScalarFunction.Log or ScalarFunction.Log1p => "l",
            ScalarFunction.Sqrt => "root",
            ScalarFunction.Maximum or ScalarFunction.Minimum => "m",
            _ => "t",
        },
        var op => op.Name.Split(' ')[0],
    };

    internal static string Fresh(string name, HashSet<string> taken)
    {
        var fresh = name;
        for (var k = 2; !taken.Add(fresh); k++)
        {
            fresh = $"{name}_{k}";
        }

        return fresh;
    }
}
