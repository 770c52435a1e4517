using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Operators;

/// <summary>Index expressions of windows, shared by convolution and pooling.</summary>
internal static class WindowIndex
{
    /// <summary>Input positions output·stride + tap·dilation − before, and the condition under which all lie inside; null if always.</summary>
    public static (ImmutableArray<ScalarExpression> Positions, ScalarExpression? Guard) Positions(
        ConvolutionGeometry geometry, ImmutableArray<ScalarExpression> outputs, ImmutableArray<ScalarExpression> taps, ImmutableArray<Dim> sizes)
    {
        var positions = ImmutableArray.CreateBuilder<ScalarExpression>();
        ScalarExpression? guard = null;
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            var position = IndexMath.Subtract(
                IndexMath.Add(IndexMath.Multiply(outputs[s], geometry.Strides[s]), IndexMath.Multiply(taps[s], geometry.Dilations[s])),
                geometry.PadBefore[s]);
            positions.Add(position);
            if (geometry.PadBefore[s] != 0)
            {
                guard = And(guard, IndexMath.AtLeast(position, 0));
            }

            if (geometry.PadAfter[s] != 0)
            {
                guard = And(guard, IndexMath.Below(position, sizes[s]));
            }
        }

        return (positions.ToImmutable(), guard);
    }

    /// <summary>Output positions (input + before − tap·dilation) / stride, and the condition under which they exist.</summary>
    public static (ImmutableArray<ScalarExpression> Positions, ScalarExpression? Guard) Outputs(
        ConvolutionGeometry geometry, ImmutableArray<ScalarExpression> inputs, ImmutableArray<ScalarExpression> taps, ImmutableArray<Dim> outputSizes)
    {
        var positions = ImmutableArray.CreateBuilder<ScalarExpression>();
        ScalarExpression? guard = null;
        for (var s = 0; s < geometry.SpatialRank; s++)
        {
            var shifted = IndexMath.Subtract(IndexMath.Add(inputs[s], geometry.PadBefore[s]), IndexMath.Multiply(taps[s], geometry.Dilations[s]));
            var position = IndexMath.FloorDivide(shifted, geometry.Strides[s]);
            positions.Add(position);
            guard = And(guard, IndexMath.InRange(position, outputSizes[s]));
            if (geometry.Strides[s] != 1)
            {
                guard = And(guard, IndexMath.IsEqual(IndexMath.Modulo(shifted, geometry.Strides[s]), new IntConstant(0)));
            }
        }

        return (positions.ToImmutable(), guard);
    }

    public static ScalarExpression Guard(ScalarExpression? condition, ScalarExpression value) =>
        condition is null ? value : new Guarded(condition, value, new RealConstant(0));

    public static ScalarExpression? And(ScalarExpression? a, ScalarExpression b) => a is null ? b : IndexMath.And(a, b);
}
