using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Reference;

/// <summary>Where a bad value comes from.</summary>
/// <param name="Node">The node whose value is bad although its inputs' are not; it may be a node of a recurrence's step.</param>
/// <param name="Order">The function's nodes, or those of the step, inputs before users.</param>
public sealed record ValueOrigin(Node Node, ReferenceTensor Value, ImmutableArray<Node> Order);

/// <summary>Finds the node that made the first bad value: NaN, or one that f32 cannot hold.</summary>
public static class OriginSearch
{
    /// <summary>The first node, in order of computation, with a bad value from good ones; null if there is none.</summary>
    public static ValueOrigin? Find(
        GraphFunction function, IReadOnlyDictionary<string, ReferenceTensor> inputs, Func<ReferenceTensor, bool> isGood, IReadOnlyDictionary<DimSymbol, long>? freeSizes = null)
    {
        var (values, sizes) = Interpreter.EvaluateWithSizes(function, inputs, freeSizes);
        return Find(function.Nodes(), values, isGood, sizes);
    }

    private static ValueOrigin? Find(
        ImmutableArray<Node> order, IReadOnlyDictionary<Node, ReferenceTensor> values, Func<ReferenceTensor, bool> isGood, Func<DimSymbol, long> sizes)
    {
        var origin = order.FirstOrDefault(n => !isGood(values[n]) && n.Inputs.All(i => isGood(values[i])));
        if (origin is null)
        {
            return null;
        }

        var request = new EvaluationRequest(origin, [.. origin.Inputs.Select(i => values[i])], sizes);
        return RecurrenceMembers.RecurrenceOf(origin) is { } recurrence && InStep(recurrence, origin, request, isGood) is { } inner
            ? inner
            : new ValueOrigin(origin, values[origin], order);
    }

    /// <summary>The same within the first step that has a bad value.</summary>
    private static ValueOrigin? InStep(Recurrence recurrence, Node member, EvaluationRequest request, Func<ReferenceTensor, bool> isGood)
    {
        var nodes = recurrence.Nodes(member.Operator is ScanOperator scan ? [scan.Value] : []);
        var collected = ReferenceScan.Run(request, recurrence, nodes).Collected;
        var length = checked((int)recurrence.Length.Evaluate(request.Sizes));
        return Enumerable.Range(0, length).Select(step => recurrence.IsReversed ? length - 1 - step : step)
            .Select(t => Find(nodes, nodes.ToDictionary(n => n, n => ReferenceScan.Element(collected[n], t)), isGood, request.Sizes))
            .FirstOrDefault(o => o is not null);
    }
}
