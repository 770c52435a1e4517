using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Operators;

namespace Nnc.Tool.Execution;

/// <summary>Counts floating-point operations: a multiplication and an addition are two, an elementary function is one.</summary>
internal static class FlopCount
{
    /// <summary>Operations of contractions and convolutions alone, which is what a share of the machine's peak is taken of.</summary>
    public static Dim OfContractions(GraphFunction function) =>
        function.Nodes().Aggregate(Dim.Zero, (sum, node) => sum + OfContraction(node));

    /// <summary>Every operation of a node; movements of data and integer work count nothing.</summary>
    public static Dim Of(Node node) => node.Operator switch
    {
        ContractOperator or ConvolveOperator or ConvolveInputGradientOperator or ConvolveKernelGradientOperator => OfContraction(node),
        ElementwiseOperator when node.Element == ElementType.Real => node.Shape.ElementCount,
        ReduceOperator => node.Inputs[0].Shape.ElementCount,
        WindowReduceOperator window => window.Kernel.Aggregate(node.Shape.ElementCount, (count, size) => count * size),
        _ => Dim.Zero,
    };

    private static Dim OfContraction(Node node) => node.Operator switch
    {
        ContractOperator contract => 2 * Labels(contract, node),
        ConvolveOperator => 2 * node.Shape.ElementCount * PerOutput(node.Inputs[1].Shape),
        ConvolveInputGradientOperator => 2 * node.Inputs[0].Shape.ElementCount * PerOutput(node.Inputs[1].Shape),
        ConvolveKernelGradientOperator => 2 * node.Inputs[1].Shape.ElementCount * PerOutput(node.Shape),
        _ => Dim.Zero,
    };

    /// <summary>Every combination of the labels' values.</summary>
    private static Dim Labels(ContractOperator contract, Node node)
    {
        var sizes = contract.Left.Zip(node.Inputs[0].Shape).Concat(contract.Right.Zip(node.Inputs[1].Shape)).DistinctBy(p => p.First);
        return sizes.Aggregate(Dim.One, (product, pair) => product * pair.Second);
    }

    /// <summary>Products that one output of a convolution sums: channels of a group, times the window.</summary>
    private static Dim PerOutput(Shape kernel) => kernel.Skip(1).Aggregate(Dim.One, (product, size) => product * size);
}
