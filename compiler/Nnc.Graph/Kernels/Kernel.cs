using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>A loop from 0 to <paramref name="Extent"/>. Compared by identity: two loops may share a name.</summary>
public sealed class Axis(string name, Dim extent)
{
    public string Name { get; } = name;

    public Dim Extent { get; } = extent;

    public override string ToString() => $"{Name} < {Extent}";
}

/// <summary>
/// A loop nest over <see cref="Axes"/> (outermost first) that stores one or more scalars at each point. Iterations are
/// independent unless a store accumulates. At one point every value is computed before any is stored, so that an update in
/// place may read the element that it replaces. Equal subexpressions of one kernel are the same object: compute each once.
/// Reductions of one kernel over the same axes read common tensors: compute them in one pass.
/// </summary>
/// <remarks>
/// A kernel whose stores hold a sum of products, <c>Σ lhs · rhs</c>, may carry a <see cref="Contraction"/>: then the product is
/// computed by register tiles, and the stores are its epilogue, in which <see cref="Accumulator"/> stands for the sum.
/// </remarks>
public sealed record Kernel(string Name, ImmutableArray<Axis> Axes, ImmutableArray<Store> Stores) : ProgramItem
{
    public override ImmutableArray<Kernel> Kernels => [this];

    public override ProgramItem Select(Func<Kernel, Kernel> replace) => replace(this);

    public Contraction? Contraction { get; init; }

    /// <summary>Loops that only this kernel's backend needs to know of: sort, scatter-add, and other operators that are not indexable.</summary>
    public Node? Opaque { get; init; }

    /// <summary>For an <see cref="Opaque"/> kernel: where the node's inputs lie; its one store names the buffer of the result.</summary>
    public ImmutableArray<Buffer> OpaqueInputs { get; init; } = [];
}

/// <summary>Writes (or adds, where <paramref name="Accumulate"/>) a value to an element of a buffer.</summary>
public sealed record Store(Buffer Buffer, ImmutableArray<ScalarExpression> Index, ScalarExpression Value, bool Accumulate = false);

/// <summary>
/// Σ over <paramref name="ReductionAxes"/> of <paramref name="Left"/> · <paramref name="Right"/> for every point of the
/// kernel's axes. Both are loads with affine indices, guarded where a window may hang over an edge; matrix products,
/// convolutions and both adjoints of a convolution all have this form.
/// </summary>
public sealed record Contraction(ImmutableArray<Axis> ReductionAxes, ScalarExpression Left, ScalarExpression Right);
