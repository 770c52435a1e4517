using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph.Passes;

/// <summary>
/// Reads the last step of a sequence of states where the loop leaves it, so that a sequence of which nothing else is read is never
/// stored: a network from many steps to one answer needs no output at each.
/// <code>
/// h: a state over all t;  transpose(h)[:, T − 1:]      →  final state h
/// </code>
/// </summary>
internal static class FinalStateRules
{
    /// <summary>An equal node that reads final states; null where no rule fits.</summary>
    public static Node? Rewrite(GraphBuilder b, Node node) =>
        node.Operator is SliceOperator { Step: 1 } op && op.Length == Dim.One ? Find(b, node.Inputs[0], op.Axis, op.Start) : null;

    /// <summary>One position along an axis, which stays with size 1; null where it is in no place of its own.</summary>
    private static Node? Find(GraphBuilder b, Node node, int axis, Dim position) => node.Operator switch
    {
        ScanOperator scan when axis == 0 && position == LastStep(scan.Recurrence) => Final(b, node, scan),
        TransposeOperator op when Find(b, node.Inputs[0], op.Permutation[axis], position) is { } source => Transposed(b, source, op.Permutation),
        ConcatenateOperator op when op.Axis != axis => FindParts(b, node, op, axis, position),
        _ => null,
    };

    /// <summary>Moving axes of size 1 leaves the elements in their order.</summary>
    private static Node Transposed(GraphBuilder b, Node node, ImmutableArray<int> permutation)
    {
        var others = permutation.Where(a => node.Shape[a] != Dim.One).ToArray();
        return others.SequenceEqual(others.Order()) ? b.Reshape(node, new Shape(permutation.Select(a => node.Shape[a]))) : b.Transpose(node, permutation);
    }

    private static Node? FindParts(GraphBuilder b, Node joined, ConcatenateOperator op, int axis, Dim position)
    {
        var parts = joined.Inputs.Select(p => Find(b, p, axis, position)).ToArray();
        return parts.All(p => p is null) ? null : b.Concatenate([.. parts.Zip(joined.Inputs, (found, part) => found ?? b.Slice(part, axis, position, Dim.One))], op.Axis);
    }

    private static Dim LastStep(Recurrence recurrence) => recurrence.IsReversed ? Dim.Zero : recurrence.Length - 1;

    private static Node? Final(GraphBuilder b, Node node, ScanOperator scan)
    {
        var states = scan.Recurrence.States;
        for (var k = 0; k < states.Length; k++)
        {
            if (states[k].Next == scan.Value)
            {
                var final = b.FinalState(scan.Recurrence, k, node.Inputs);
                return b.Reshape(final, new Shape([Dim.One, .. final.Shape]));
            }
        }

        return null;
    }
}
