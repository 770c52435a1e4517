using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Operators;

/// <summary>
/// Convolutions whose kernels differ from position to position, or whose kernel gradients do: no convolution has an axis for
/// that, but a contraction over the input's windows has.
/// </summary>
/// <example><c>y[t, n, o, i] = Σ_{c, u} x[t, n, c, i·stride + u·dilation − before] · w[t, o, c, u]</c></example>
internal sealed class BatchedConvolution
{
    private const int Position = 0, Sample = 1, Group = 2, InputChannel = 3, OutputChannel = 4, FirstPlace = 5;

    private readonly ConvolutionGeometry _geometry;
    private readonly BatchRequest _request;
    private readonly GraphBuilder _b;

    private BatchedConvolution(ConvolutionGeometry geometry, BatchRequest request) =>
        (_geometry, _request, _b) = (geometry, request, request.Builder);

    private ImmutableArray<int> Places => [.. Enumerable.Range(FirstPlace, _geometry.SpatialRank)];

    private ImmutableArray<int> Taps => [.. Enumerable.Range(FirstPlace + _geometry.SpatialRank, _geometry.SpatialRank)];

    /// <summary>Inputs: x [N, C, size…] and w [O, C / groups, kernel…], either of them batched → [T, N, O, output…].</summary>
    public static Node Output(ConvolutionGeometry geometry, BatchRequest request)
    {
        var rule = new BatchedConvolution(geometry, request);
        var (outputs, kernel) = (request.Node.Shape.Skip(2), request.Node.Inputs[1].Shape.Skip(2));
        return rule.Contract(
            rule.WindowsOf(0, outputs, kernel), rule.WindowLabels(0), rule.Kernels(1), rule.KernelLabels(1),
            [Position, .. rule.Labels(Sample, Group, OutputChannel), .. rule.Places]);
    }

    /// <summary>Inputs: x [N, C, size…] and dy [N, O, output…], either of them batched → [T, O, C / groups, kernel…].</summary>
    public static Node KernelGradient(ConvolutionGeometry geometry, Shape kernel, BatchRequest request)
    {
        var rule = new BatchedConvolution(geometry, request);
        return rule.Contract(
            rule.WindowsOf(0, request.Node.Inputs[1].Shape.Skip(2), kernel), rule.WindowLabels(0), rule.Outputs(1), rule.OutputLabels(1),
            [Position, .. rule.Labels(Group, OutputChannel, InputChannel), .. rule.Taps]);
    }

    /// <summary>Inputs: dy [N, O, output…] and w [O, C / groups, kernel…], either of them batched → [T, N, C, size…].</summary>
    public static Node InputGradient(ConvolutionGeometry geometry, Shape input, BatchRequest request)
    {
        var rule = new BatchedConvolution(geometry, request);
        var windows = rule._b.Contract(
            rule.Outputs(0), rule.Kernels(1), rule.OutputLabels(0), rule.KernelLabels(1),
            [Position, .. rule.Labels(Sample, Group, InputChannel), .. rule.Places, .. rule.Taps]);
        var samples = new Shape([request.Size, request.Node.Shape[0], .. input]);
        var padded = rule.Split(samples, 2).Sizes.ToBuilder();
        var first = padded.Count - geometry.SpatialRank;
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            padded[first + s] += geometry.PadBefore[s] + geometry.PadAfter[s];
        }

        var sum = rule._b.Apply(new AccessGradientOperator(new Shape(padded.ToImmutable()), rule.WindowPositions(first)), windows);
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            sum = rule._b.Slice(sum, first + s, geometry.PadBefore[s], samples[3 + s]);
        }

        return rule._b.Reshape(sum, samples);
    }

    private Node Contract(Node left, ImmutableArray<int> leftLabels, Node right, ImmutableArray<int> rightLabels, ImmutableArray<int> result) =>
        _b.Reshape(_b.Contract(left, right, leftLabels, rightLabels, result), _request.Batched(_request.Node.Shape));

    /// <summary>The windows of x: [T, N, group, C / groups, output…, kernel…], the axes of positions and groups only where there are any.</summary>
    private Node WindowsOf(int input, IEnumerable<Dim> outputs, IEnumerable<Dim> kernel)
    {
        var x = _request.Inputs[input];
        var firstSpatial = x.Type.Rank - _geometry.SpatialRank;
        for (var s = 0; s < _geometry.SpatialRank; s++)
        {
            x = _b.Pad(x, firstSpatial + s, _geometry.PadBefore[s], _geometry.PadAfter[s], 0);
        }

        x = _b.Reshape(x, Split(x.Shape, firstSpatial - 1));
        var leading = x.Type.Rank - _geometry.SpatialRank;
        return _b.Apply(new AccessOperator(new Shape([.. x.Shape.Take(leading), .. outputs, .. kernel]), WindowPositions(leading)), x);
    }

    /// <summary>Where a window's element lies: i·stride + u·dilation on each padded axis, after leading axes that are taken as they are.</summary>
    private ImmutableArray<AccessPosition> WindowPositions(int leading)
    {
        var (rank, variables) = (_geometry.SpatialRank, leading + 2 * _geometry.SpatialRank);
        var plain = Enumerable.Range(0, leading).Select(a => Of((a, 1)));
        return [.. plain, .. Enumerable.Range(0, rank).Select(s => Of((leading + s, _geometry.Strides[s]), (leading + rank + s, _geometry.Dilations[s])))];

        AccessPosition Of(params (int Variable, long Coefficient)[] terms) =>
            new([.. Enumerable.Range(0, variables).Select(v => terms.Where(t => t.Variable == v).Sum(t => t.Coefficient))], Dim.Zero);
    }

    private Node Kernels(int input) => _b.Reshape(_request.Inputs[input], Split(_request.Inputs[input].Shape, Leading(input)));

    private Node Outputs(int input) => _b.Reshape(_request.Inputs[input], Split(_request.Inputs[input].Shape, Leading(input) + 1));

    private ImmutableArray<int> WindowLabels(int input) => [.. PositionLabel(input), .. Labels(Sample, Group, InputChannel), .. Places, .. Taps];

    private ImmutableArray<int> KernelLabels(int input) => [.. PositionLabel(input), .. Labels(Group, OutputChannel, InputChannel), .. Taps];

    private ImmutableArray<int> OutputLabels(int input) => [.. PositionLabel(input), .. Labels(Sample, Group, OutputChannel), .. Places];

    private int Leading(int input) => _request.IsBatched[input] ? 1 : 0;

    private ImmutableArray<int> PositionLabel(int input) => _request.IsBatched[input] ? [Position] : [];

    /// <summary>The labels without that of groups where there is only one.</summary>
    private IEnumerable<int> Labels(params IEnumerable<int> labels) => labels.Where(l => l != Group || _geometry.Groups > 1);

    /// <summary>A shape whose axis of channels is split into groups, where there are several.</summary>
    private Shape Split(Shape shape, int axis) => _geometry.Groups == 1
        ? shape
        : new Shape([.. shape.Take(axis), _geometry.Groups, Dim.FloorDiv(shape[axis], _geometry.Groups), .. shape.Skip(axis + 1)]);
}
