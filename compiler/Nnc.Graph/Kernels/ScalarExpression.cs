using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Kernels;

/// <summary>
/// A scalar computed inside a loop nest. Integers (indices, sizes, int elements) and reals share the node kinds; every node
/// knows its <see cref="Element"/> type.
/// </summary>
public abstract record ScalarExpression(ElementType Element);

public sealed record RealConstant(double Value) : ScalarExpression(ElementType.Real);

public sealed record IntConstant(long Value) : ScalarExpression(ElementType.Int);

public sealed record BoolConstant(bool Value) : ScalarExpression(ElementType.Bool);

/// <summary>A size, known at run time at the latest.</summary>
public sealed record SizeValue(Dim Size) : ScalarExpression(ElementType.Int);

/// <summary>The current position of a loop.</summary>
public sealed record AxisValue(Axis Axis) : ScalarExpression(ElementType.Int);

/// <summary>An element of a buffer at a logical index (the buffer's layout turns it into an address).</summary>
public sealed record Load(Buffer Buffer, ImmutableArray<ScalarExpression> Index) : ScalarExpression(Buffer.Element);

/// <summary>A scalar function of scalar arguments; see <see cref="ScalarFunction"/> for each one's meaning and arity.</summary>
public sealed record Apply(ScalarFunction Function, ImmutableArray<ScalarExpression> Arguments, ElementType Element) : ScalarExpression(Element);

/// <summary>
/// <paramref name="Value"/> where the condition holds, else <paramref name="Otherwise"/>. Loads inside
/// <paramref name="Value"/> happen only where the condition holds, those inside <paramref name="Otherwise"/> only where it does
/// not: this is how padding and joined tensors read nothing out of bounds.
/// </summary>
public sealed record Guarded(ScalarExpression Condition, ScalarExpression Value, ScalarExpression Otherwise) : ScalarExpression(Value.Element);

/// <summary>A reduction of <paramref name="Body"/> over axes that are bound here.</summary>
public sealed record Reduction(ReductionKind Kind, ImmutableArray<Axis> Axes, ScalarExpression Body)
    : ScalarExpression(Kind is ReductionKind.ArgMax or ReductionKind.ArgMin ? ElementType.Int : Body.Element);

/// <summary>Stands, in a contraction's epilogue, for one of the finished sums of the tile's element.</summary>
/// <param name="Number">Which of the contraction's sums.</param>
public sealed record Accumulator(int Number) : ScalarExpression(ElementType.Real);

public enum ReductionKind
{
    Sum,
    Product,
    Max,
    Min,

    /// <summary>The position of the first maximum along one axis.</summary>
    ArgMax,
    ArgMin,
    All,
    Any,
}

/// <summary>The scalar functions that backends implement. Comparisons and logic give bool; the rest give the type of their arguments.</summary>
public enum ScalarFunction
{
    Add,
    Subtract,
    Multiply,

    /// <summary>Real division.</summary>
    Divide,

    /// <summary>Integer division, floored.</summary>
    FloorDivide,

    /// <summary>Remainder of floored division.</summary>
    Modulo,
    Minimum,
    Maximum,
    Power,
    Negate,
    Abs,
    Sign,
    Exp,
    Log,
    Log1p,
    Sqrt,
    Tanh,
    Sigmoid,
    Erf,
    Sin,
    Cos,
    Floor,
    Ceil,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Not,

    /// <summary>Select(condition, then, else); both sides are evaluated.</summary>
    Select,

    /// <summary>Int or bool to real.</summary>
    ToReal,

    /// <summary>Real to int by truncation, bool to int.</summary>
    ToInt,

    /// <summary>
    /// RandomBits(seed, stream, step, position): 32 bits of Philox 4×32-10 (Salmon et al. 2011) with key (seed low, seed high)
    /// and counter (position low, position high, step, stream); word 0 of the block, as a signed int.
    /// </summary>
    RandomBits,

    /// <summary>RandomUniform(seed, stream, step, position): the top 24 of those bits, scaled to [0, 1).</summary>
    RandomUniform,
}
