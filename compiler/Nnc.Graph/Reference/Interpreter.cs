using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Reference;

/// <summary>Runs a graph in f64, straight from each operator's definition: the judge of every backend.</summary>
public static class Interpreter
{
    /// <summary>Every output by name. Inputs are given by name; sizes of symbolic dimensions follow from their shapes.</summary>
    public static IReadOnlyDictionary<string, ReferenceTensor> Run(
        GraphFunction function, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long>? freeSizes = null)
    {
        var values = Evaluate(function, inputs, freeSizes);
        return function.Outputs.ToDictionary(o => o.Name, o => values[o.Node]);
    }

    /// <summary>The value of every node, which tells where a NaN was made.</summary>
    public static IReadOnlyDictionary<Node, ReferenceTensor> Evaluate(
        GraphFunction function, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long>? freeSizes = null)
    {
        var (values, _) = EvaluateWithSizes(function, inputs, freeSizes);
        return values;
    }

    /// <summary>The value of every node, and the sizes of the symbolic dimensions.</summary>
    internal static (IReadOnlyDictionary<Node, ReferenceTensor> Values, Func<DimSymbol, long> Sizes) EvaluateWithSizes(
        GraphFunction function, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long>? freeSizes)
    {
        var (sizes, error) = SizeSolver.Solve(
            function.Inputs.Select(i => (i.Name, i.Node.Shape, (IReadOnlyList<int>)inputs[i.Name].Shape)), freeSizes);
        if (error is not null)
        {
            throw new ArgumentException(error, nameof(inputs));
        }

        var named = function.Inputs.ToDictionary(i => i.Node, i => inputs[i.Name]);
        var values = new Dictionary<Node, ReferenceTensor>();
        var order = function.Nodes();
        Evaluate(order, order.Where(named.ContainsKey).ToDictionary(n => n, n => named[n]), values, s => sizes[s]);
        return (values, s => sizes[s]);
    }

    /// <summary>Fills in the value of each node, whose inputs come before it.</summary>
    /// <param name="given">What stands for nodes whose operator has no value of its own.</param>
    internal static void Evaluate(
        ImmutableArray<Node> order, IReadOnlyDictionary<Node, ReferenceTensor> given, Dictionary<Node, ReferenceTensor> values, Func<DimSymbol, long> sizes)
    {
        var loops = new RecurrenceMembers(order);
        foreach (var node in order)
        {
            if (given.TryGetValue(node, out var value))
            {
                values[node] = value;
            }
            else if (RecurrenceMembers.RecurrenceOf(node) is not { } recurrence)
            {
                values[node] = node.Operator.Evaluate(Request(node));
            }
            else if (loops.IsFirst(node))
            {
                ReferenceScan.Evaluate(Request(node), recurrence, loops.Of(recurrence), values);
            }
        }

        EvaluationRequest Request(Node node) => new(node, [.. node.Inputs.Select(i => values[i])], sizes);
    }
}
