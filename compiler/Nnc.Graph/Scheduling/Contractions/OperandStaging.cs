using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling.Contractions;

/// <summary>
/// Copies an operand to where tiles can walk it: windows that hang over an edge find zeros there, quotients become plain
/// positions between zeros, and a chosen axis lies innermost.
/// </summary>
/// <example>
/// <c>x[n, c, i + u − 1, j + v − 1]</c>, guarded → <c>s[n, c, p, q] = x[n, c, p − 1, q − 1] or 0; … s[n, c, i + u, j + v]</c>.
/// </example>
public static class OperandStaging
{
    /// <summary>The copying kernel and the operand that reads the copy; null where the reach of an index is not known.</summary>
    /// <param name="innermost">The buffer's axis that becomes the innermost of the copy.</param>
    public static (Kernel Copy, Operand Staged)? Apply(string name, Operand operand, int innermost)
    {
        var ranges = operand.Index.Select(i => i.Numerator.Range()).ToArray();
        if (ranges.Where((range, d) => operand.IsGuarded[d] && range is null).Any())
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, operand.Index.Length).Where(d => d != innermost), innermost];
        // Windows may also reach into the zeros that the buffer itself keeps around its axes.
        var halo = operand.Buffer.Layout.Halo;
        var first = operand.Index.Select((_, d) => operand.IsGuarded[d] ? ranges[d]!.Value.Least : -halo[d].Before).ToArray();
        var sizes = operand.Index.Select((_, d) => operand.IsGuarded[d]
            ? ranges[d]!.Value.Greatest - first[d] + 1
            : operand.Buffer.Shape[d] + halo[d].Before + halo[d].After).ToArray();
        var copy = new Buffer($"{name}.{operand.Buffer.Name}", ElementType.Real, new Shape(order.Select(d => sizes[d])), BufferPlace.Workspace);
        var axes = sizes.Select((size, d) => new Axis($"p{d}", size)).ToArray();

        ScalarExpression? guard = null;
        var position = new ScalarExpression[axes.Length];
        for (var d = 0; d < axes.Length; d++)
        {
            position[d] = IndexMath.Add(new AxisValue(axes[d]), first[d]);
            if (operand.IsGuarded[d])
            {
                (position[d], var inside) = Inside(position[d], operand.Index[d].Divisor, operand.Buffer.Shape[d]);
                guard = guard is null ? inside : IndexMath.And(guard, inside);
            }
        }

        ScalarExpression value = new Load(operand.Buffer, [.. position]);
        value = guard is null ? value : new Guarded(guard, value, new RealConstant(0));
        var store = new Store(copy, [.. order.Select(d => (ScalarExpression)new AxisValue(axes[d]))], value);
        var staged = order.Select(d => new SteppedIndex(operand.Index[d].Numerator.Minus(LinearIndex.Of(first[d])), 1));
        return (new Kernel($"{name}.{operand.Buffer.Name}", [.. order.Select(d => axes[d])], [store]), new(copy, [.. staged], [.. order.Select(_ => false)]));
    }

    /// <summary>The position read for a numerator, and the condition under which it exists.</summary>
    private static (ScalarExpression Position, ScalarExpression Condition) Inside(ScalarExpression numerator, long divisor, Dim size)
    {
        var position = divisor == 1 ? numerator : IndexMath.FloorDivide(numerator, divisor);
        var inside = IndexMath.And(
            new Apply(ScalarFunction.GreaterOrEqual, [position, new IntConstant(0)], ElementType.Bool),
            new Apply(ScalarFunction.Less, [position, IndexMath.Constant(size)], ElementType.Bool));
        return divisor == 1
            ? (position, inside)
            : (position, IndexMath.And(inside, new Apply(ScalarFunction.Equal, [IndexMath.Modulo(numerator, divisor), new IntConstant(0)], ElementType.Bool)));
    }
}
