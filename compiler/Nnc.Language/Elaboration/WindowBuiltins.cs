using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using static Nnc.Language.Elaboration.Builtins;

namespace Nnc.Language.Elaboration;

/// <summary>Convolution and pooling: geometry, size formulas with their history, and the warning about dropped rows.</summary>
internal static class WindowBuiltins
{
    public static IEnumerable<Builtin> All()
    {
        BuiltinFormal[] geometry = [Option("stride", new IntValue(1)), Option("pad", new IntValue(0)), Option("dilation", new IntValue(1))];
        yield return new("convolve", [Data("x"), Data("w"), .. geometry, Option("groups", new IntValue(1))], Convolve);
        yield return new("convolve_transposed", [Data("x"), Data("w"), .. geometry, Option("groups", new IntValue(1)), Option("extra", new IntValue(0))], ConvolveTransposed);
        BuiltinFormal[] window = [Data("x"), Data("kernel"), .. geometry, Option("round")];
        yield return new("window_max", [.. window], c => Pool(c, ReductionKind.Max));
        yield return new("window_sum", [.. window], c => Pool(c, ReductionKind.Sum));
        yield return new("window_mean", [.. window], c => Pool(c, ReductionKind.Sum, isMean: true));
    }

    private static Value Convolve(BuiltinCall call)
    {
        var e = call.Evaluator;
        var (x, w) = (e.ToTensor(call["x"], ElementType.Real, call.Span), e.ToTensor(call["w"], ElementType.Real, call.Span));
        var groups = e.ToInt(call["groups"], call.Span);
        RequireWindows(call, x, w.Rank - 2);
        var channels = w.Node.Shape[1] * groups;
        e.RequireEqual(x.Node.Shape[1], channels, () => ShapeErrors.Mismatch(call.Span, "the input", x, 1, channels, "its channels"), call.Span);
        if (groups < 1 || !w.Node.Shape[0].IsConstant || w.Node.Shape[0].ConstantValue % groups != 0)
        {
            throw e.Fail(ShapeErrors.Channels(call.Span, "output channels", w.Node.Shape[0], groups));
        }

        ImmutableArray<int> kernel = [.. w.Node.Shape.Skip(2).Select(k => (int)e.RequireConstant(k, call.Span))];
        var geometry = Geometry(call, x, kernel, groups);
        var node = e.Graph.Convolve(x.Node, w.Node, geometry);
        return new TensorValue(node, [x.Axes[0], w.Axes[0], .. Histories(call, x, kernel, geometry, node)]);
    }

    /// <summary>The adjoint of a convolution as a layer of its own: size (n − 1)·stride − before − after + dilation·(kernel − 1) + 1 + extra.</summary>
    private static Value ConvolveTransposed(BuiltinCall call)
    {
        var e = call.Evaluator;
        var (x, w) = (e.ToTensor(call["x"], ElementType.Real, call.Span), e.ToTensor(call["w"], ElementType.Real, call.Span));
        RequireWindows(call, x, w.Rank - 2);
        var groups = e.ToInt(call["groups"], call.Span);
        ImmutableArray<int> kernel = [.. w.Node.Shape.Skip(2).Select(k => (int)e.RequireConstant(k, call.Span))];
        var geometry = Geometry(call, x, kernel, groups, checkFit: false);
        var extra = e.ToInts(call["extra"], kernel.Length, call.Span);
        var sizes = kernel.Select((k, s) =>
            (x.Node.Shape[2 + s] - 1) * geometry.Strides[s] - geometry.PadBefore[s] - geometry.PadAfter[s] + geometry.Dilations[s] * (k - 1) + 1 + extra[s]).ToArray();
        foreach (var size in sizes)
        {
            e.RequirePositive(size, () => ShapeErrors.EmptyAxis(call.Span, size), call.Span);
        }

        e.RequireEqual(x.Node.Shape[1], w.Node.Shape[0], () => ShapeErrors.Mismatch(call.Span, "the input", x, 1, w.Node.Shape[0], "its channels"), call.Span);
        var input = new Shape([w.Node.Shape[1] * groups, .. sizes]);
        return new TensorValue(e.Graph.Apply(new ConvolveInputGradientOperator(geometry, input), x.Node, w.Node));
    }

    private static Value Pool(BuiltinCall call, ReductionKind kind, bool isMean = false)
    {
        var e = call.Evaluator;
        var x = e.ToTensor(call["x"], ElementType.Real, call.Span);
        var spatial = Math.Max(x.Rank - 2, 0);
        RequireWindows(call, x, spatial);
        var kernel = e.ToInts(call["kernel"], spatial, call.Span);
        var geometry = Geometry(call, x, kernel, 1);
        if (RoundsUp(call))
        {
            geometry = RoundUp(call, x, kernel, geometry);
        }

        var node = e.Graph.Window(kind, x.Node, kernel, geometry);
        if (isMean)
        {
            node = DivideByCount(call, x, node, kernel, geometry);
        }

        return new TensorValue(node, [x.Axes[0], x.Axes[1], .. Histories(call, x, kernel, geometry, node)]);
    }

    /// <summary>Divides window sums by how many elements of the input each window holds; padding does not count.</summary>
    private static Node DivideByCount(BuiltinCall call, TensorValue x, Node sums, ImmutableArray<int> kernel, ConvolutionGeometry geometry)
    {
        var graph = call.Evaluator.Graph;
        if (!geometry.HasPadding)
        {
            return graph.Multiply(sums, graph.ConstantLike(sums, 1.0 / kernel.Aggregate(1, (a, b) => a * b)));
        }

        var ones = graph.Fill(1, new TensorType(ElementType.Real, new Shape([Dim.One, Dim.One, .. x.Node.Shape.Skip(2)])));
        var counts = graph.Window(ReductionKind.Sum, ones, kernel, geometry);
        var perPlace = graph.Reshape(counts, new Shape(counts.Shape.Skip(2)));
        return graph.Divide(sums, graph.BroadcastTo(perPlace, sums.Shape));
    }

    /// <summary><c>round</c> is one of the functions <c>floor</c> and <c>ceil</c>.</summary>
    private static bool RoundsUp(BuiltinCall call) => call.Has("round") && call["round"] switch
    {
        BuiltinValue { Builtin.Name: "floor" } => false,
        BuiltinValue { Builtin.Name: "ceil" } => true,
        var other => throw call.Evaluator.Fail(ValueErrors.WrongKind(call.Span, "round", "`floor` or `ceil`", other.Describe())),
    };

    /// <summary>Rounding up is padding after the end, by what the last window lacks.</summary>
    private static ConvolutionGeometry RoundUp(BuiltinCall call, TensorValue x, ImmutableArray<int> kernel, ConvolutionGeometry geometry) => geometry with
    {
        PadAfter = [.. geometry.PadAfter.Select((after, s) =>
        {
            var size = (int)call.Evaluator.RequireConstant(x.Node.Shape[2 + s], call.Span);
            var left = (size + geometry.PadBefore[s] + after - geometry.Dilations[s] * (kernel[s] - 1) - 1) % geometry.Strides[s];
            return left == 0 ? after : after + geometry.Strides[s] - left;
        })],
    };

    private static void RequireWindows(BuiltinCall call, TensorValue x, int spatial)
    {
        if (spatial < 1 || x.Rank != spatial + 2)
        {
            throw call.Evaluator.Fail(ShapeErrors.WrongRank(call.Span, "the input", x.Node.Type, $"[batch, channels{string.Concat(Enumerable.Repeat(", size", Math.Max(spatial, 1)))}]"));
        }
    }

    private static ConvolutionGeometry Geometry(BuiltinCall call, TensorValue x, ImmutableArray<int> kernel, int groups, bool checkFit = true)
    {
        var e = call.Evaluator;
        var strides = e.ToInts(call["stride"], kernel.Length, call.Span);
        var dilations = e.ToInts(call["dilation"], kernel.Length, call.Span);
        if (strides.Concat(dilations).Concat(kernel).FirstOrDefault(n => n < 1, 1) is < 1 and var bad)
        {
            throw e.Fail(ShapeErrors.EmptyAxis(call.Span, bad));
        }

        var (before, after) = Padding(call, x, kernel, strides, dilations);
        if (before.Concat(after).FirstOrDefault(p => p < 0) is < 0 and var negative)
        {
            throw e.Fail(ShapeErrors.EmptyAxis(call.Span, negative));
        }

        var geometry = new ConvolutionGeometry(strides, before, after, dilations, groups);
        if (checkFit)
        {
            var dropped = Enumerable.Range(0, kernel.Length).Select(s => CheckFit(call, x, kernel, geometry, s)).ToImmutableArray();
            if (dropped.Any(d => d is not null))
            {
                e.Report(ShapeErrors.RowsDropped(call.Span, Label(call), dropped, [.. x.Node.Shape.Skip(2)]));
            }
        }

        return geometry;
    }

    /// <summary>A number on every side, a number an axis, <c>valid</c> (none), or <c>same</c> (as many outputs as ⌈size / stride⌉).</summary>
    private static (ImmutableArray<int> Before, ImmutableArray<int> After) Padding(
        BuiltinCall call, TensorValue x, ImmutableArray<int> kernel, ImmutableArray<int> strides, ImmutableArray<int> dilations)
    {
        var e = call.Evaluator;
        switch (call["pad"])
        {
            case TextValue { Text: "valid" }:
                ImmutableArray<int> none = [.. kernel.Select(_ => 0)];
                return (none, none);
            case TextValue { Text: "same" }:
                ImmutableArray<int> total = [.. kernel.Select((k, s) =>
                {
                    var span = dilations[s] * (k - 1) + 1;
                    if (strides[s] == 1)
                    {
                        return span - 1;
                    }

                    var size = (int)e.RequireConstant(x.Node.Shape[2 + s], call.Span);
                    return Math.Max(((size + strides[s] - 1) / strides[s] - 1) * strides[s] + span - size, 0);
                })];
                return ([.. total.Select(t => t / 2)], [.. total.Select(t => t - t / 2)]);
            default:
                var pads = e.ToInts(call["pad"], kernel.Length, call.Span);
                return (pads, pads);
        }
    }

    /// <summary>Requires that a window fits; returns how many rows at the end no window reaches, null for none.</summary>
    private static string? CheckFit(BuiltinCall call, TensorValue x, ImmutableArray<int> kernel, ConvolutionGeometry geometry, int s)
    {
        var size = x.Node.Shape[2 + s];
        var span = geometry.Dilations[s] * (kernel[s] - 1) + 1;
        var room = size + geometry.PadBefore[s] + geometry.PadAfter[s] - span;
        var label = Label(call);
        call.Evaluator.RequireNonNegative(room, () => ShapeErrors.WindowTooLarge(call.Span, label, span, size, x.Axes[2 + s]), $"{label} needs `{size}` to be at least {span - geometry.PadBefore[s] - geometry.PadAfter[s]}", call.Span);
        return call["pad"] is TextValue { Text: "same" } || RoundsUp(call) ? null : Dropped(call, room, geometry.Strides[s], span, geometry.PadAfter[s]);
    }

    /// <summary>What the stride leaves of the room behind the first window: a number, or an expression of a size known at run time.</summary>
    private static string? Dropped(BuiltinCall call, Dim room, int stride, int span, int padAfter)
    {
        // What is left out may be padding only, which nobody misses, or no more than what lies between two windows anyway.
        var harmless = Math.Max(stride - span, 0);
        var dropped = Dim.Mod(room, stride) - padAfter;
        if (dropped.IsConstant)
        {
            return dropped.ConstantValue > harmless ? $"{dropped.ConstantValue}" : null;
        }

        if (stride - 1 - padAfter <= harmless
            || call.Evaluator.Context.Prover.Decide(dropped, DimRelation.LessOrEqual, harmless, DimQuantifier.EverySize) is DimVerdict.ProvedVerdict)
        {
            return null;
        }

        // The constant of H − 2 counts modulo the stride: (H − 2) mod 2 is H mod 2.
        var constant = room.Terms.Where(t => t.Factors.Length == 0).Sum(t => t.Coefficient);
        var reduced = room - constant + (constant % stride + stride) % stride;
        var text = reduced.ToString();
        return $"{(text.Contains(' ', StringComparison.Ordinal) ? $"({text})" : text)} mod {stride}{(padAfter > 0 ? $" − {padAfter}" : "")}";
    }

    private static IEnumerable<AxisInfo> Histories(BuiltinCall call, TensorValue x, ImmutableArray<int> kernel, ConvolutionGeometry geometry, Node node) =>
        kernel.Select((k, s) =>
        {
            var pad = geometry.PadBefore[s] == geometry.PadAfter[s] ? $" + 2·{geometry.PadBefore[s]}" : $" + {geometry.PadBefore[s]} + {geometry.PadAfter[s]}";
            var span = geometry.Dilations[s] == 1 ? $"{k}" : $"{geometry.Dilations[s]}·({k} − 1) − 1";
            var isPool = call.Has("kernel");
            var formula = $"⌊({x.Node.Shape[2 + s]}{(isPool && !geometry.HasPadding ? "" : pad)} − {span}) / {geometry.Strides[s]}⌋ + 1";
            var (size, from, place) = (x.Node.Shape[2 + s], x.Axes[2 + s].History, call.Evaluator.UserPlace(call.Span));
            return new AxisInfo(false, new AxisHistory(node.Shape[2 + s], formula, Label(call), place, from is null ? [] : [from])
            {
                Recompute = trial => geometry.OutputSize(s, (from?.SizeUnder(trial) ?? size) + (trial.Place == place ? 2 * trial.Pad : 0), k),
                UnpaddedKernel = isPool || geometry.HasPadding ? 1 : k,
            });
        });

    /// <summary>The call as the user wrote it, on one line.</summary>
    private static string Label(BuiltinCall call)
    {
        var text = string.Join(' ', call.Evaluator.UserPlace(call.Span).Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= 60 ? text : text[..57] + "…";
    }
}
