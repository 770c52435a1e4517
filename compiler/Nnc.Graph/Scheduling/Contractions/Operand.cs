using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>A factor of a contraction: where it lies, and along which of its axes a window hangs over the edge.</summary>
/// <param name="Index">The position along each axis of the buffer.</param>
/// <param name="IsGuarded">Along each axis of the buffer: whether positions outside read as zero.</param>
public sealed record Operand(Buffer Buffer, ImmutableArray<SteppedIndex> Index, ImmutableArray<bool> IsGuarded)
{
    /// <summary>For a packed operand: how its vectors lie; null where neighbours along the vector axis are neighbours in memory throughout.</summary>
    public VectorBlocks? Blocks { get; init; }

    /// <summary>Whether every load lies inside the buffer, so that its address is linear in the axes.</summary>
    public bool IsPlain => !IsGuarded.Contains(true);

    /// <summary>Whether the operand changes along an axis.</summary>
    public bool DependsOn(Axis axis) => Index.Any(i => i.Numerator[axis] != Dim.Zero);

    /// <summary>The buffer's axis whose neighbours lie along the given axis once it is innermost; null where there is none.</summary>
    public int? UnitAxis(Axis axis)
    {
        int[] moving = [.. Enumerable.Range(0, Index.Length).Where(d => Index[d].Numerator[axis] != Dim.Zero)];
        return moving is [var only] && Index[only].Numerator[axis] == Dim.One ? only : null;
    }

    /// <summary>
    /// For a plain operand: the distance in elements from the buffer's storage start, as a linear function of the axes. Of a packed
    /// operand this holds where a vector begins.
    /// </summary>
    public LinearIndex Address => Index.Select((index, d) => index.Numerator.Times(Step(d)))
        .Aggregate(LinearIndex.Of(Buffer.Origin), (sum, part) => sum.Plus(part));

    /// <summary>The operand with a linear position in place of an axis.</summary>
    public Operand Replace(Axis axis, LinearIndex place) =>
        this with { Index = [.. Index.Select(i => i with { Numerator = i.Numerator.Replace(axis, place) })] };

    /// <summary>For a plain operand: the load of its element.</summary>
    public Load ToLoad() => new(Buffer, [.. Index.Select((i, d) => Blocks is not { } blocks ? i.Numerator.ToExpression()
        : d == blocks.Dimension ? IndexMath.FloorDivide(i.Numerator.ToExpression(), blocks.Lanes)
        : d == Index.Length - 1 ? IndexMath.Modulo(i.Numerator.ToExpression(), blocks.Lanes)
        : i.Numerator.ToExpression())]);

    /// <summary>Whether both read the same element everywhere.</summary>
    public bool IsSame(Operand other) => Buffer == other.Buffer && IsGuarded.SequenceEqual(other.IsGuarded) && Index.Zip(other.Index).All(i => i.First.Is(i.Second));

    /// <summary>Reads a factor: a load, or a load guarded by zero; null where it has another form.</summary>
    public static Operand? Parse(ScalarExpression factor)
    {
        var conditions = new List<ScalarExpression>();
        while (factor is Guarded { Otherwise: RealConstant { Value: 0 } } guarded)
        {
            Flatten(guarded.Condition, conditions);
            factor = guarded.Value;
        }

        if (factor is not Load load || load.Element != Graph.ElementType.Real)
        {
            return null;
        }

        var index = load.Index.Select(SteppedIndex.Parse).ToImmutableArray();
        if (index.Contains(null))
        {
            return null;
        }

        var (isGuarded, isExact) = (new bool[index.Length], index.Select(i => i!.Divisor == 1).ToArray());
        foreach (var condition in conditions)
        {
            if (GuardedAxis(condition, load.Buffer, index!) is not { } axis)
            {
                return null;
            }

            isGuarded[axis] = true;
            isExact[axis] |= condition is Apply { Function: ScalarFunction.Equal };
        }

        // A quotient with a remainder is no position of a linear walk.
        return isExact.Contains(false) ? null : new(load.Buffer, index!, [.. isGuarded]);
    }

    /// <summary>How far a step along an axis of the buffer moves.</summary>
    private Dim Step(int axis) => Blocks is not { } blocks ? Buffer.Stride(axis)
        : axis == Index.Length - 1 ? Dim.Zero
        : axis == blocks.Dimension ? Dim.FloorDiv(Buffer.Stride(axis), blocks.Lanes)
        : Buffer.Stride(axis);

    private static void Flatten(ScalarExpression condition, List<ScalarExpression> into)
    {
        if (condition is Apply { Function: ScalarFunction.And } both)
        {
            foreach (var part in both.Arguments)
            {
                Flatten(part, into);
            }
        }
        else
        {
            into.Add(condition);
        }
    }

    /// <summary>The axis that a condition keeps inside the buffer: position ≥ 0, position &lt; size, or a quotient without remainder.</summary>
    private static int? GuardedAxis(ScalarExpression condition, Buffer buffer, ImmutableArray<SteppedIndex> index)
    {
        for (var d = 0; d < index.Length; d++)
        {
            if (KeepsInside(condition, index[d], buffer.Shape[d]))
            {
                return d;
            }
        }

        return null;
    }

    private static bool KeepsInside(ScalarExpression condition, SteppedIndex index, Dim size) => condition switch
    {
        Apply { Function: ScalarFunction.GreaterOrEqual, Arguments: [var a, var b] } => IsAtLeast(a, b, 0, index, size),
        Apply { Function: ScalarFunction.Greater, Arguments: [var a, var b] } => IsAtLeast(a, b, 1, index, size),
        Apply { Function: ScalarFunction.LessOrEqual, Arguments: [var a, var b] } => IsAtLeast(b, a, 0, index, size),
        Apply { Function: ScalarFunction.Less, Arguments: [var a, var b] } => IsAtLeast(b, a, 1, index, size),
        Apply
        {
            Function: ScalarFunction.Equal,
            Arguments: [Apply { Function: ScalarFunction.Modulo, Arguments: [var x, IntConstant { Value: var by }] }, IntConstant { Value: 0 }],
        } => by == index.Divisor && LinearIndex.Parse(x) is { } value && IsMultiple(value.Minus(index.Numerator), by),
        _ => false,
    };

    /// <summary>Whether a ≥ b + margin says that the position is at least zero or below the size.</summary>
    private static bool IsAtLeast(ScalarExpression a, ScalarExpression b, long margin, SteppedIndex index, Dim size)
    {
        if (LinearIndex.Parse(a) is { } x && LinearIndex.Parse(b) is { } y)
        {
            var slack = x.Minus(y).Plus(LinearIndex.Of(-margin));
            return index.Divisor == 1 && (slack.Is(index.Numerator) || slack.Is(LinearIndex.Of(size - 1).Minus(index.Numerator)));
        }

        return (SteppedIndex.Parse(a) is { } p && p.Is(index) && LinearIndex.Parse(b) is { IsConstant: true } low && low.Constant + margin == Dim.Zero)
            || (SteppedIndex.Parse(b) is { } q && q.Is(index) && LinearIndex.Parse(a) is { IsConstant: true } high && high.Constant - margin == size - 1);
    }

    private static bool IsMultiple(LinearIndex index, long by) =>
        index.Coefficients.Values.Append(index.Constant).All(c => c.IsConstant && c.ConstantValue % by == 0);
}

/// <summary>
/// Blocks of a vector's length: the vector axis's position is at <paramref name="Dimension"/> by its block and at the buffer's
/// last axis by its place within the block.
/// </summary>
public sealed record VectorBlocks(int Dimension, int Lanes);
