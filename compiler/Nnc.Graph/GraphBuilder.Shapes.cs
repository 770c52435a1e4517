using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph;

/// <summary>Operators that move, join, reduce and multiply axes.</summary>
public sealed partial class GraphBuilder
{
    /// <param name="axisMap">For each axis of the result the input axis it reads, or −1 for a new one.</param>
    public Node Broadcast(Node node, Shape shape, ImmutableArray<int> axisMap) =>
        node.Shape.Equals(shape) && axisMap.SequenceEqual(Enumerable.Range(0, shape.Rank)) ? node
        : node.Operator is FillOperator fill ? Fill(fill.Value, node.Type with { Shape = shape })
        : Apply(new BroadcastOperator(shape, axisMap), node);

    /// <summary>Extends a tensor on the left to a shape whose last axes it has.</summary>
    public Node BroadcastTo(Node node, Shape shape)
    {
        var missing = shape.Rank - node.Type.Rank;
        return Broadcast(node, shape, [.. Enumerable.Range(0, shape.Rank).Select(a => a < missing ? -1 : a - missing)]);
    }

    public Node Reshape(Node node, Shape shape) =>
        node.Shape.Equals(shape) ? node
        : node.Operator is ReshapeOperator ? Reshape(node.Inputs[0], shape)
        : node.Operator is FillOperator fill ? Fill(fill.Value, node.Type with { Shape = shape })
        : Apply(new ReshapeOperator(shape), node);

    public Node Transpose(Node node, ImmutableArray<int> permutation) =>
        permutation.SequenceEqual(Enumerable.Range(0, permutation.Length)) ? node
        : node.Operator is TransposeOperator inner ? Transpose(node.Inputs[0], [.. permutation.Select(p => inner.Permutation[p])])
        : Apply(new TransposeOperator(permutation), node);

    public Node Slice(Node node, int axis, Dim start, Dim length, int step = 1) =>
        start == Dim.Zero && length == node.Shape[axis] && step == 1 ? node : Apply(new SliceOperator(axis, start, length, step), node);

    public Node Pad(Node node, int axis, Dim before, Dim after, double value) =>
        before == Dim.Zero && after == Dim.Zero ? node : Apply(new PadOperator(axis, before, after, value), node);

    public Node Concatenate(ImmutableArray<Node> parts, int axis) => parts.Length == 1 ? parts[0] : Apply(new ConcatenateOperator(axis), parts);

    public Node Reverse(Node node, int axis) => Apply(new ReverseOperator(axis), node);

    /// <summary>Slices along the axis after <paramref name="batchAxes"/> shared leading axes, one for each index.</summary>
    public Node Gather(Node data, Node indices, int batchAxes = 0) => Apply(new GatherOperator(batchAxes), data, indices);

    public Node Reduce(ReductionKind kind, Node node, ImmutableArray<int> axes) =>
        axes.Length == 0 ? node : Apply(new ReduceOperator(kind, [.. axes.Order()]), node);

    /// <summary>The mean over axes, in the real type.</summary>
    public Node Mean(Node node, ImmutableArray<int> axes)
    {
        var count = axes.Aggregate(Dim.One, (product, a) => product * node.Shape[a]);
        var sum = Reduce(ReductionKind.Sum, node, axes);
        return Divide(sum, Cast(Size(count), ElementType.Real));
    }

    public Node ArgReduce(ReductionKind kind, Node node, int axis) => Apply(new ArgReduceOperator(kind, axis), node);

    public Node ArgSort(Node node, int axis, bool descending) => Apply(new ArgSortOperator(axis, descending), node);

    /// <summary>Σ of products over the labels that the result does not keep.</summary>
    public Node Contract(Node left, Node right, ImmutableArray<int> leftLabels, ImmutableArray<int> rightLabels, ImmutableArray<int> resultLabels) =>
        Apply(new ContractOperator(leftLabels, rightLabels, resultLabels), left, right);

    public Node Convolve(Node x, Node w, ConvolutionGeometry geometry) => Apply(new ConvolveOperator(geometry), x, w);

    /// <param name="kind"><see cref="ReductionKind.Max"/> or <see cref="ReductionKind.Sum"/>.</param>
    public Node Window(ReductionKind kind, Node x, ImmutableArray<int> kernel, ConvolutionGeometry geometry) =>
        Apply(new WindowReduceOperator(kind, kernel, geometry), x);
}
