using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Reference;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>The sizes of a model's symbolic dimensions: all but the number of samples are the same in every call.</summary>
internal sealed record Sizes(DimSymbol? Samples, IReadOnlyDictionary<DimSymbol, long> Others, ImmutableArray<RuntimeConstraint> Constraints)
{
    /// <summary>Finds the sizes from tensors; fails where one does not fit its input.</summary>
    public static Sizes Solve(IEnumerable<(GraphInput Input, HostTensor Tensor)> given, ModelGraph model, DimSymbol? samples)
    {
        var (sizes, error) = SizeSolver.Solve(given.Select(g => (g.Input.Name, g.Input.Node.Shape, (IReadOnlyList<int>)g.Tensor.Shape)));
        return error is null
            ? new Sizes(samples, sizes, model.Constraints)
            : throw new ToolFailure("NN0559", error, "`nnc summary` prints the shapes of the inputs");
    }

    public Func<DimSymbol, long> With(int samples) =>
        symbol => symbol == Samples ? samples : Others.TryGetValue(symbol, out var size) ? size : symbol.Minimum;

    /// <summary>The first of the model's constraints that these sizes break.</summary>
    public RuntimeError? Violated(int samples)
    {
        var sizes = With(samples);
        foreach (var constraint in Constraints.Where(c => c.Holds.Symbols().All(s => s == Samples || Others.ContainsKey(s))))
        {
            var value = constraint.Holds.Evaluate(sizes);
            if (constraint.Kind == ConstraintKind.Zero ? value != 0 : value < 0)
            {
                var bound = constraint.Holds.Symbols().Select(s => $"{s} = {sizes(s)}");
                return new RuntimeError("NN0571", $"{constraint.Message}, and here {string.Join(", ", bound)}");
            }
        }

        return null;
    }
}
