using System.Collections;
using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph;

/// <summary>What a tensor holds. <see cref="Real"/> is one floating type chosen when compiling; <see cref="Int"/> is 32-bit.</summary>
public enum ElementType
{
    Real,
    Int,
    Bool,
}

/// <summary>The sizes of a tensor's axes, outermost first; a scalar has none. Compared by value.</summary>
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly ImmutableArray<Dim> _sizes;

    public Shape(ImmutableArray<Dim> sizes) => _sizes = sizes;

    public Shape(params IEnumerable<Dim> sizes) => _sizes = [.. sizes];

    public static Shape Scalar { get; } = new([]);

    public int Rank => _sizes.Length;

    public int Count => _sizes.Length;

    public ImmutableArray<Dim> Sizes => _sizes;

    /// <summary>The number of elements.</summary>
    public Dim ElementCount => _sizes.Aggregate(Dim.One, (product, size) => product * size);

    public bool IsConstant => _sizes.All(s => s.IsConstant);

    public Dim this[int axis] => _sizes[axis];

    public Shape With(int axis, Dim size) => new(_sizes.SetItem(axis, size));

    public Shape Without(int axis) => new(_sizes.RemoveAt(axis));

    public bool Equals(Shape? other) => other is not null && _sizes.SequenceEqual(other._sizes);

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => _sizes.Aggregate(17, HashCode.Combine);

    public IEnumerator<Dim> GetEnumerator() => ((IEnumerable<Dim>)_sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary><c>[N, 10]</c>; empty for a scalar.</summary>
    public override string ToString() => Rank == 0 ? "" : $"[{string.Join(", ", _sizes)}]";
}

/// <summary><c>real[N, 10]</c>.</summary>
public sealed record TensorType(ElementType Element, Shape Shape)
{
    public int Rank => Shape.Rank;

    public static TensorType Real(params IEnumerable<Dim> sizes) => new(ElementType.Real, new Shape(sizes));

    public static TensorType Int(params IEnumerable<Dim> sizes) => new(ElementType.Int, new Shape(sizes));

    public static TensorType Bool(params IEnumerable<Dim> sizes) => new(ElementType.Bool, new Shape(sizes));

    public override string ToString() => $"{Element.ToString().ToLowerInvariant()}{Shape}";
}
