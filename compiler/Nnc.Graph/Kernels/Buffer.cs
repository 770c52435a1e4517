using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>Whose memory a buffer is.</summary>
public enum BufferPlace
{
    /// <summary>The caller's: an input or an output of the compiled function, in natural row-major layout.</summary>
    Argument,

    /// <summary>A part of the workspace, assigned by liveness.</summary>
    Workspace,

    /// <summary>Read-only data of the program.</summary>
    Constant,
}

/// <summary>
/// A region of memory that holds a tensor. Compared by identity. Its logical shape is the graph's; <see cref="Layout"/> says how
/// it lies in memory.
/// </summary>
public sealed class Buffer(string name, ElementType element, Shape shape, BufferPlace place, BufferLayout? layout = null)
{
    public string Name { get; } = name;

    public ElementType Element { get; } = element;

    public Shape Shape { get; } = shape;

    public BufferPlace Place { get; } = place;

    public BufferLayout Layout { get; init; } = layout ?? BufferLayout.RowMajor(shape.Rank);

    /// <summary>For <see cref="BufferPlace.Argument"/>: the position among the function's pointer arguments.</summary>
    public int ArgumentIndex { get; init; } = -1;

    /// <summary>For <see cref="BufferPlace.Constant"/>: the values in row-major order.</summary>
    public ImmutableArray<double> ConstantValues { get; init; } = [];

    /// <summary>
    /// For <see cref="BufferPlace.Workspace"/>: a buffer in whose storage this one lies (a reshape, an update in place, or the row of
    /// a loop's step).
    /// </summary>
    public Buffer? StorageOf { get; init; }

    /// <summary>For a view: the distance in elements from the start of <see cref="StorageOf"/> to its own; may depend on the position of a loop.</summary>
    public Dim Offset { get; init; } = Dim.Zero;

    /// <summary>The distance in elements between neighbours along a logical axis.</summary>
    public Dim Stride(int axis)
    {
        var stride = Dim.One;
        for (var place = Layout.Order.Length - 1; Layout.Order[place] != axis; place--)
        {
            stride *= PaddedSize(Layout.Order[place]);
        }

        return stride;
    }

    /// <summary>The distance in elements from the start of the owner's storage to the logical index 0, …, 0.</summary>
    public Dim Origin => Enumerable.Range(0, Shape.Rank).Aggregate(Start, (sum, axis) => sum + Layout.Halo[axis].Before * Stride(axis));

    /// <summary>Storage in elements, halos included.</summary>
    public Dim StorageCount => Enumerable.Range(0, Shape.Rank).Aggregate(Dim.One, (product, axis) => product * PaddedSize(axis));

    public override string ToString() => $"{Name}: {Element.ToString().ToLowerInvariant()}{Shape}";

    private Dim Start => StorageOf is null ? Dim.Zero : StorageOf.Start + Offset;

    private Dim PaddedSize(int axis) => Shape[axis] + Layout.Halo[axis].Before + Layout.Halo[axis].After;
}

/// <summary>The order of the logical axes in memory, outermost first, and zeros kept before and after each axis.</summary>
/// <remarks>A halo is written once as zeros and read by windows that hang over the edge, so that no load needs a guard.</remarks>
public sealed record BufferLayout(ImmutableArray<int> Order, ImmutableArray<Halo> Halo)
{
    public static BufferLayout RowMajor(int rank) => new([.. Enumerable.Range(0, rank)], [.. Enumerable.Repeat(default(Halo), rank)]);

    /// <summary>Whether storage is row-major without halos, as arguments are.</summary>
    public bool IsRowMajor => Order.SequenceEqual(Enumerable.Range(0, Order.Length)) && Halo.All(h => h == default);

    public bool Equals(BufferLayout? other) => other is not null && Order.SequenceEqual(other.Order) && Halo.SequenceEqual(other.Halo);

    public override int GetHashCode() => Order.Aggregate(17, HashCode.Combine);
}

public readonly record struct Halo(int Before, int After);
