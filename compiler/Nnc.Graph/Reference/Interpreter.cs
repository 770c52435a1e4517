using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;

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
        var (sizes, error) = SizeSolver.Solve(
            function.Inputs.Select(i => (i.Name, i.Node.Shape, (IReadOnlyList<int>)inputs[i.Name].Shape)), freeSizes);
        if (error is not null)
        {
            throw new ArgumentException(error, nameof(inputs));
        }

        var named = function.Inputs.ToDictionary(i => i.Node, i => inputs[i.Name]);
        var values = new Dictionary<Node, ReferenceTensor>();
        foreach (var node in function.Nodes())
        {
            values[node] = node.Operator is InputOperator
                ? named[node]
                : node.Operator.Evaluate(new EvaluationRequest(node, [.. node.Inputs.Select(i => values[i])], s => sizes[s]));
        }

        return values;
    }

    /// <summary>The first node, in order of computation, that is not finite although all its inputs are; null if there is none.</summary>
    public static Node? FindOriginOfNaN(GraphFunction function, IReadOnlyDictionary<string, ReferenceTensor> inputs)
    {
        var values = Evaluate(function, inputs);
        return function.Nodes().FirstOrDefault(n =>
            n.Element == ElementType.Real && HasNaN(values[n]) && n.Inputs.All(i => i.Element != ElementType.Real || !HasNaN(values[i])));

        static bool HasNaN(ReferenceTensor tensor) => tensor.Values.Any(double.IsNaN);
    }
}
