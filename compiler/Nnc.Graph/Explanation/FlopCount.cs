using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Explanation;

/// <summary>Counts floating-point operations: a multiplication and an addition are two, an elementary function is one.</summary>
public static class FlopCount
{
    /// <summary>Operations of contractions and convolutions alone, which is what a share of the machine's peak is taken of.</summary>
    public static Dim OfContractions(GraphFunction function) =>
        Total(function.Nodes(), OfContraction).Values.Aggregate(Dim.Zero, (sum, flops) => sum + flops);

    /// <summary>
    /// Every operation of each node; movements of data and integer work count nothing. All steps of a recurrence count for the first
    /// node that reads a value of it.
    /// </summary>
    /// <param name="order">Inputs before users.</param>
    public static IReadOnlyDictionary<Node, Dim> Of(ImmutableArray<Node> order) => Total(order, OfNode);

    private static Dictionary<Node, Dim> Total(ImmutableArray<Node> order, Func<Node, Dim> flops)
    {
        var loops = new RecurrenceMembers(order);
        return order.ToDictionary(n => n, n => RecurrenceMembers.RecurrenceOf(n) is not { } recurrence ? flops(n)
            : loops.IsFirst(n) ? recurrence.Length * Total(StepOf(recurrence, loops), flops).Values.Aggregate(Dim.Zero, (sum, part) => sum + part)
            : Dim.Zero);
    }

    private static ImmutableArray<Node> StepOf(Recurrence recurrence, RecurrenceMembers loops) =>
        recurrence.Nodes(loops.Of(recurrence).Select(m => m.Operator).OfType<ScanOperator>().Select(s => s.Value));

    private static Dim OfNode(Node node) => node.Operator switch
    {
        ContractOperator or ConvolveOperator or ConvolveInputGradientOperator or ConvolveKernelGradientOperator => OfContraction(node),
        ElementwiseOperator when node.Element == ElementType.Real => node.Shape.ElementCount,
        ReduceOperator => node.Inputs[0].Shape.ElementCount,
        WindowReduceOperator window => window.Kernel.Aggregate(node.Shape.ElementCount, (count, size) => count * size),
        _ => Dim.Zero,
    };

    private static Dim OfContraction(Node node) => node.Operator switch
    {
        ContractOperator contract => 2 * contract.MultiplicationsOf(node),
        ConvolveOperator => 2 * node.Shape.ElementCount * PerOutput(node.Inputs[1].Shape),
        ConvolveInputGradientOperator => 2 * node.Inputs[0].Shape.ElementCount * PerOutput(node.Inputs[1].Shape),
        ConvolveKernelGradientOperator => 2 * node.Inputs[1].Shape.ElementCount * PerOutput(node.Shape),
        _ => Dim.Zero,
    };

    /// <summary>Products that one output of a convolution sums: channels of a group, times the window.</summary>
    private static Dim PerOutput(Shape kernel) => kernel.Skip(1).Aggregate(Dim.One, (product, size) => product * size);
}
