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
/// A kernel whose stores hold sums of products, <c>Σ lhs · rhs</c>, may carry a <see cref="Contraction"/>: then the products are
/// computed by register tiles, and the stores are their epilogue, in which an <see cref="Accumulator"/> stands for each sum.
/// </remarks>
public sealed record Kernel(string Name, ImmutableArray<Axis> Axes, ImmutableArray<Store> Stores) : ProgramItem
{
    public override ImmutableArray<Kernel> Kernels => [this];

    public override ProgramItem Select(Func<Kernel, Kernel> replace) => replace(this);

    public Contraction? Contraction { get; init; }

    /// <summary>The kernel runs where all of them hold. Two ways of one computation are two kernels of opposite conditions.</summary>
    public ImmutableArray<KernelCondition> Conditions { get; init; } = [];

    /// <summary>Loops that only this kernel's backend needs to know of: sort, scatter-add, and other operators that are not indexable.</summary>
    public Node? Opaque { get; init; }

    /// <summary>For an <see cref="Opaque"/> kernel: where the node's inputs lie; its one store names the buffer of the result.</summary>
    public ImmutableArray<Buffer> OpaqueInputs { get; init; } = [];
}

/// <summary>Holds for sizes of at least a limit, or for those below it. The size is known when a call begins.</summary>
public sealed record KernelCondition(Dim Size, long Limit, bool IsBelow)
{
    /// <summary>The condition that holds where this one does not.</summary>
    public KernelCondition Opposite() => this with { IsBelow = !IsBelow };

    /// <summary>Whether it holds in every call.</summary>
    public bool IsAlways => Size.IsConstant && Holds(Size.ConstantValue);

    /// <summary>Whether it holds in no call.</summary>
    public bool IsNever => Size.IsConstant && !Holds(Size.ConstantValue);

    /// <param name="size">What the condition's size is in this call.</param>
    public bool Holds(long size) => size < Limit == IsBelow;
}

/// <summary>Writes (or adds, where <paramref name="Accumulate"/>) a value to an element of a buffer.</summary>
public sealed record Store(Buffer Buffer, ImmutableArray<ScalarExpression> Index, ScalarExpression Value, bool Accumulate = false);

/// <summary>
/// Sums of products at every point of the kernel's axes, one for each accumulator of the epilogue. Terms of one accumulator add
/// up in their order. The gates of a recurrent cell are accumulators whose terms share their left operand; the adjoint of the
/// cell's state is one accumulator with a term for each gate.
/// </summary>
public sealed record Contraction(ImmutableArray<ContractionTerm> Terms)
{
    /// <summary>How many sums there are, numbered from zero.</summary>
    public int Accumulators => Terms.Max(t => t.Accumulator) + 1;

    /// <summary>Both factors of every term.</summary>
    public IEnumerable<ScalarExpression> Factors => Terms.SelectMany(t => new[] { t.Left, t.Right });

    /// <summary>The contraction with other factors.</summary>
    public Contraction Select(Func<ScalarExpression, ScalarExpression> factor) =>
        new([.. Terms.Select(t => t with { Left = factor(t.Left), Right = factor(t.Right) })]);

    public bool Equals(Contraction? other) => other is not null && Terms.SequenceEqual(other.Terms);

    public override int GetHashCode() => Terms.Aggregate(17, HashCode.Combine);
}

/// <summary>
/// Σ over <paramref name="ReductionAxes"/> of <paramref name="Left"/> · <paramref name="Right"/>, added to one accumulator. Both
/// are loads with affine indices, guarded where a window may hang over an edge; matrix products, convolutions and both adjoints
/// of a convolution all have this form.
/// </summary>
/// <remarks>In all terms of a contraction the left factors move along the same axes of the kernel, and so do the right ones.</remarks>
public sealed record ContractionTerm(int Accumulator, ImmutableArray<Axis> ReductionAxes, ScalarExpression Left, ScalarExpression Right);
