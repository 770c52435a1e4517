using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Language.Elaboration;

/// <summary>Reductions over axes of whole tensors.</summary>
internal static class Reductions
{
    public static Value Reduce(BuiltinCall call, ReductionKind kind)
    {
        var x = Counted(call, kind is ReductionKind.Sum or ReductionKind.Product);
        var axes = Axes(call, x.Rank);
        return Keep(call, x, axes, call.Evaluator.Graph.Reduce(kind, x.Node, axes));
    }

    public static Value Mean(BuiltinCall call)
    {
        var x = Counted(call, true);
        if (x.Node.Element == ElementType.Int)
        {
            x = x with { Node = call.Evaluator.Graph.Cast(x.Node, ElementType.Real) };
        }

        var axes = Axes(call, x.Rank);
        return Keep(call, x, axes, axes.Length == 0 ? x.Node : call.Evaluator.Graph.Mean(x.Node, axes));
    }

    public static Value ArgReduce(BuiltinCall call, ReductionKind kind)
    {
        var x = call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);
        var axis = call.Evaluator.ToAxis(call["axis"], x.Rank, call.Span);
        return new TensorValue(call.Evaluator.Graph.ArgReduce(kind, x.Node, axis), x.Axes.RemoveAt(axis));
    }

    public static Value ArgSort(BuiltinCall call)
    {
        var x = call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);
        var axis = call.Evaluator.ToAxis(call["axis"], x.Rank, call.Span);
        return new TensorValue(call.Evaluator.Graph.ArgSort(x.Node, axis, call.Evaluator.ToBool(call["descending"], call.Span)), x.Axes);
    }

    /// <summary>Bools go into sums and means as 0 and 1.</summary>
    private static TensorValue Counted(BuiltinCall call, bool countBools)
    {
        var x = call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);
        return countBools && x.Node.Element == ElementType.Bool ? x with { Node = call.Evaluator.Graph.Cast(x.Node, ElementType.Real) } : x;
    }

    /// <summary>The axes to reduce: one, several, or all.</summary>
    private static ImmutableArray<int> Axes(BuiltinCall call, int rank) => !call.Has("axis")
        ? [.. Enumerable.Range(0, rank)]
        : call["axis"] is ListValue list
            ? [.. list.Items.Select(i => call.Evaluator.ToAxis(i, rank, call.Span)).Distinct().Order()]
            : [call.Evaluator.ToAxis(call["axis"], rank, call.Span)];

    /// <summary>With <c>keep: true</c> the axes stay with size 1 and may stretch.</summary>
    private static TensorValue Keep(BuiltinCall call, TensorValue x, ImmutableArray<int> axes, Node reduced)
    {
        if (!call.Evaluator.ToBool(call["keep"], call.Span))
        {
            return new TensorValue(reduced, [.. x.Axes.Where((_, a) => !axes.Contains(a))]);
        }

        var shape = new Shape(x.Node.Shape.Select((s, a) => axes.Contains(a) ? Dim.One : s));
        return new TensorValue(call.Evaluator.Graph.Reshape(reduced, shape), [.. x.Axes.Select((info, a) => axes.Contains(a) ? AxisInfo.Stretchable : info)]);
    }
}
