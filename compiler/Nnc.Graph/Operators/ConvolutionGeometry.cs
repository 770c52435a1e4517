using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Operators;

/// <summary>How a window moves: an entry a spatial axis, and the number of channel groups.</summary>
public sealed record ConvolutionGeometry(
    ImmutableArray<int> Strides, ImmutableArray<int> PadBefore, ImmutableArray<int> PadAfter, ImmutableArray<int> Dilations, int Groups = 1)
{
    public int SpatialRank => Strides.Length;

    /// <summary>Stride 1, no padding, no dilation.</summary>
    public static ConvolutionGeometry Plain(int spatialRank) =>
        new(Repeat(1, spatialRank), Repeat(0, spatialRank), Repeat(0, spatialRank), Repeat(1, spatialRank));

    /// <summary>⌊(size + before + after − dilation·(kernel − 1) − 1) / stride⌋ + 1.</summary>
    public Dim OutputSize(int axis, Dim size, Dim kernel) =>
        Dim.FloorDiv(size + PadBefore[axis] + PadAfter[axis] - Dilations[axis] * (kernel - 1) - 1, Strides[axis]) + 1;

    public int OutputSize(int axis, int size, int kernel) =>
        (size + PadBefore[axis] + PadAfter[axis] - Dilations[axis] * (kernel - 1) - 1) / Strides[axis] + 1;

    /// <summary>The input position of a window's element; may lie in the padding.</summary>
    public int Position(int axis, int output, int tap) => output * Strides[axis] + tap * Dilations[axis] - PadBefore[axis];

    public bool HasPadding => PadBefore.Any(p => p != 0) || PadAfter.Any(p => p != 0);

    public bool Equals(ConvolutionGeometry? other) =>
        other is not null && Groups == other.Groups && Strides.SequenceEqual(other.Strides) && PadBefore.SequenceEqual(other.PadBefore)
        && PadAfter.SequenceEqual(other.PadAfter) && Dilations.SequenceEqual(other.Dilations);

    public override int GetHashCode() => Strides.Concat(PadBefore).Concat(PadAfter).Concat(Dilations).Aggregate(Groups, HashCode.Combine);

    private static ImmutableArray<int> Repeat(int value, int count) => [.. Enumerable.Repeat(value, count)];
}
