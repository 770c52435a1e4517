using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Models;

/// <summary>The elements of an int input, plus an offset, are positions on an axis: 0 ≤ element + Offset &lt; Size.</summary>
public sealed record IndexBound(string Input, long Offset, Dim Size);

/// <summary>
/// What the equations demand of the ints that data give. A gather reads the nearest end for a position outside its axis, so a
/// label that names no class would train without a word; here the demand is found, to be checked when the data are loaded.
/// </summary>
/// <example><code>
/// picked[n] = lp[n, y[n]], lp : real[N, 10]      y in 0 … 9
/// row = table[word − 1], table : real[500, 16]   word in 1 … 500
/// </code></example>
public sealed class IndexBounds
{
    /// <summary>The inputs whose elements, moved but not computed with, a node holds, each with what was added.</summary>
    private readonly Dictionary<Node, ImmutableArray<(string Input, long Offset)>> _carried = [];
    private readonly List<IndexBound> _bounds = [];
    private readonly HashSet<string> _guarded = [];

    private IndexBounds()
    {
    }

    /// <summary>The demands of a function's equations. An input that decides an element-wise <c>if</c> is left to it.</summary>
    public static ImmutableArray<IndexBound> Of(GraphFunction function)
    {
        var found = new IndexBounds();
        foreach (var input in function.Inputs.Where(i => i.Role == InputRole.Data && i.Node.Element == ElementType.Int))
        {
            found._carried[input.Node] = [(input.Name, 0)];
        }

        found.Walk(function.Nodes());
        return [.. found._bounds.Where(b => !found._guarded.Contains(b.Input)).Distinct()];
    }

    private void Walk(ImmutableArray<Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (Moved(node) is { IsEmpty: false } moved)
            {
                _carried[node] = moved;
            }

            Demand(node);
        }
    }

    private ImmutableArray<(string Input, long Offset)> CarriedBy(Node node) => _carried.GetValueOrDefault(node, []);

    private ImmutableArray<(string Input, long Offset)> Moved(Node node) => node.Operator switch
    {
        _ when node.Element != ElementType.Int => [],
        InputOperator or StepInputOperator => CarriedBy(node),
        ReshapeOperator or TransposeOperator or BroadcastOperator or SliceOperator or ReverseOperator or GatherOperator or AccessOperator => CarriedBy(node.Inputs[0]),
        ConcatenateOperator => [.. node.Inputs.SelectMany(n => CarriedBy(n)).Distinct()],
        ElementwiseOperator { Function: ScalarFunction.Add } => Shifted(node, 1),
        ElementwiseOperator { Function: ScalarFunction.Subtract } => Shifted(node, -1),
        _ => [],
    };

    /// <summary>An input and a constant, in either order where they are added.</summary>
    private ImmutableArray<(string Input, long Offset)> Shifted(Node node, int sign)
    {
        var (left, right) = (node.Inputs[0], node.Inputs[1]);
        return Constant(right) is { } behind ? [.. CarriedBy(left).Select(c => (c.Input, c.Offset + (sign * behind)))]
            : sign > 0 && Constant(left) is { } before ? [.. CarriedBy(right).Select(c => (c.Input, c.Offset + before))]
            : [];
    }

    private static long? Constant(Node node) => node.Operator switch
    {
        FillOperator fill => (long)fill.Value,
        LiteralOperator { Values: [var only] } => (long)only,
        BroadcastOperator or ReshapeOperator => Constant(node.Inputs[0]),
        _ => null,
    };

    private void Demand(Node node)
    {
        switch (node.Operator)
        {
            case GatherOperator gather:
                Bound(node.Inputs[1], node.Inputs[0].Shape[gather.BatchAxes]);
                break;
            case AccessOperator access:
                foreach (var (position, axis) in access.Positions.Select((p, a) => (p, a)).Where(p => p.p.Source > 0))
                {
                    Bound(node.Inputs[position.Source], node.Inputs[0].Shape[axis]);
                }

                break;
            case ElementwiseOperator { Function: ScalarFunction.Select }:
                _guarded.UnionWith(GraphFunction.TopologicalOrder([node.Inputs[0]]).SelectMany(n => CarriedBy(n)).Select(c => c.Input));
                break;
            case ScanOperator scan:
                Enter(node, scan.Recurrence, [scan.Value]);
                break;
            case FinalStateOperator final:
                Enter(node, final.Recurrence, []);
                break;
        }
    }

    /// <summary>Inside a step, what stands for a sequence or an outer value carries what that carries; a state is computed.</summary>
    private void Enter(Node node, Recurrences.Recurrence recurrence, ImmutableArray<Node> values)
    {
        var (inputs, first) = (recurrence.StepInputs, recurrence.Sequences.Length);
        for (var k = 0; k < inputs.Length; k++)
        {
            if ((k < first || k >= first + recurrence.States.Length) && CarriedBy(node.Inputs[k]) is { IsEmpty: false } carried)
            {
                _carried[inputs[k]] = carried;
            }
        }

        Walk(recurrence.Nodes(values));
    }

    private void Bound(Node index, Dim size) => _bounds.AddRange(CarriedBy(index).Select(c => new IndexBound(c.Input, c.Offset, size)));
}
