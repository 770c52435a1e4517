using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using static Nnc.Language.Elaboration.Builtins;

namespace Nnc.Language.Elaboration;

/// <summary>Primitives that move, join and make axes.</summary>
internal static class ShapeBuiltins
{
    public static IEnumerable<Builtin> All()
    {
        yield return new("transpose", [Data("x"), Option("axes")], Transpose);
        yield return new("reshape", [Data("x"), Data("shape")], Reshape);
        yield return new("flatten", [Data("x"), Option("from", new IntValue(1))], Flatten);
        yield return new("concat", [Data("x"), Option("axis", new IntValue(0))], c => Join(c, stack: false)) { IsVariadic = true };
        yield return new("stack", [Data("x"), Option("axis", new IntValue(0))], c => Join(c, stack: true)) { IsVariadic = true };
        yield return new("reverse", [Data("x"), Option("axis", new IntValue(-1))], Reverse);
        yield return new("pad", [Data("x"), Data("axis"), Option("before", new IntValue(0)), Option("after", new IntValue(0)), Option("value", new RealValue(0))], Pad);
        yield return new("fill", [Data("value"), Data("shape")], Fill);
        yield return new("iota", [Data("size")], c => new TensorValue(c.Evaluator.Graph.Iota(ToPositive(c, c["size"]))));
        yield return new("onehot", [Data("x"), Data("classes")], OneHot);
        yield return new("count", [Data("x")], c => new IntValue(X(c).Node.Shape.ElementCount));
        yield return new("per_axis", [Data("value"), Data("axes")], PerAxis);
        yield return new("gather", [Data("data"), Data("rows")], Gather);
    }

    private static TensorValue X(BuiltinCall call) => call.Evaluator.ToTensor(call["x"], ElementType.Real, call.Span);

    private static Dim ToSize(BuiltinCall call, Value value) => value is IntValue i ? i.Number : throw call.Evaluator.Fail(ShapeErrors.NotASize(call.Span, value.Describe()));

    private static Dim ToPositive(BuiltinCall call, Value value)
    {
        var size = ToSize(call, value);
        call.Evaluator.RequirePositive(size, () => ShapeErrors.EmptyAxis(call.Span, size), call.Span);
        return size;
    }

    /// <summary>Swaps the last two axes, or reorders them all.</summary>
    private static Value Transpose(BuiltinCall call)
    {
        var x = X(call);
        ImmutableArray<int> order = call.Has("axes")
            ? [.. call.Evaluator.ToInts(call["axes"], x.Rank, call.Span).Select(a => call.Evaluator.ToAxis(new IntValue(a), x.Rank, call.Span))]
            : x.Rank < 2 ? [.. Enumerable.Range(0, x.Rank)] : [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2];
        if (order.Distinct().Count() != x.Rank)
        {
            throw call.Evaluator.Fail(ValueErrors.WrongCount(call.Span, order.Distinct().Count(), x.Rank));
        }

        return new TensorValue(call.Evaluator.Graph.Transpose(x.Node, order), [.. order.Select(a => x.Axes[a])]);
    }

    private static Shape ToShape(BuiltinCall call, Value value) => value switch
    {
        ListValue list => new Shape(list.Items.Select(i => ToSize(call, i))),
        _ => new Shape(ToSize(call, value)),
    };

    private static Value Reshape(BuiltinCall call)
    {
        var (x, shape) = (X(call), ToShape(call, call["shape"]));
        call.Evaluator.RequireEqual(x.Node.Shape.ElementCount, shape.ElementCount, () => ShapeErrors.Reshape(call.Span, x.Node.Type, shape), call.Span);
        return new TensorValue(call.Evaluator.Graph.Reshape(x.Node, shape));
    }

    /// <summary>Makes one axis of all from an axis on.</summary>
    private static Value Flatten(BuiltinCall call)
    {
        var x = X(call);
        var from = x.Rank == 0 ? 0 : Math.Min(call.Evaluator.ToInt(call["from"], call.Span), x.Rank);
        var joined = x.Node.Shape.Skip(from).ToArray();
        var size = joined.Aggregate(Dim.One, (product, s) => product * s);
        var place = call.Evaluator.UserPlace(call.Span);
        var history = new AxisHistory(size, string.Join(" · ", joined.Select(s => s.ToString())), "flattened", place,
            [.. x.Axes.Skip(from).Select(a => a.History).OfType<AxisHistory>()])
        {
            Recompute = trial => joined.Zip(x.Axes.Skip(from)).Aggregate(Dim.One, (product, a) => product * (a.Second.History?.SizeUnder(trial) ?? a.First)),
        };
        return new TensorValue(
            call.Evaluator.Graph.Reshape(x.Node, new Shape(x.Node.Shape.Take(from).Append(size))),
            [.. x.Axes.Take(from), joined.Length > 1 ? new AxisInfo(false, history) : joined.Length == 1 ? x.Axes[from] : AxisInfo.Plain]);
    }

    private static Value Join(BuiltinCall call, bool stack)
    {
        var e = call.Evaluator;
        // Every positional argument is a part; the axis is named.
        var parts = call.Positional.Select(v => e.ToTensor(v, ElementType.Real, call.Span)).ToImmutableArray();
        var named = call.Syntax.FirstOrDefault(a => a.Name?.Text == "axis");
        var rank = parts.Max(p => p.Rank) + (stack ? 1 : 0);
        var axis = named is null ? e.ToAxis(new IntValue(0), rank, call.Span) : e.ToAxis(e.Evaluate(named.Value, call.Scope), rank, named.Span);
        return stack ? e.Stack(parts, axis, call.Span) : e.Concatenate([.. parts.Select(p => p.Node)], axis, call.Span);
    }

    private static Value Reverse(BuiltinCall call)
    {
        var x = X(call);
        return x with { Node = call.Evaluator.Graph.Reverse(x.Node, call.Evaluator.ToAxis(call["axis"], x.Rank, call.Span)) };
    }

    private static Value Pad(BuiltinCall call)
    {
        var x = X(call);
        var axis = call.Evaluator.ToAxis(call["axis"], x.Rank, call.Span);
        var (before, after) = (ToSize(call, call["before"]), ToSize(call, call["after"]));
        foreach (var margin in new[] { before, after })
        {
            call.Evaluator.RequireNonNegative(margin, () => ShapeErrors.NegativeMargin(call.Span, margin), $"the margin `{margin}` must not be negative", call.Span);
        }

        return new TensorValue(call.Evaluator.Graph.Pad(x.Node, axis, before, after, call.Evaluator.ToReal(call["value"], call.Span)));
    }

    private static Value Fill(BuiltinCall call)
    {
        var shape = ToShape(call, call["shape"]);
        foreach (var size in shape)
        {
            call.Evaluator.RequirePositive(size, () => ShapeErrors.EmptyAxis(call.Span, size), call.Span);
        }

        var value = call.Evaluator.ToTensor(call["value"], ElementType.Real, call.Span);
        return new TensorValue(call.Evaluator.Graph.BroadcastTo(value.Node, shape));
    }

    private static Value OneHot(BuiltinCall call)
    {
        var e = call.Evaluator;
        var x = e.ToTensor(call["x"], ElementType.Int, call.Span);
        var classes = ToSize(call, call["classes"]);
        var shape = new Shape(x.Node.Shape.Append(classes));
        var spread = e.Graph.Broadcast(x.Node, shape, [.. Enumerable.Range(0, x.Rank), -1]);
        var positions = e.Graph.BroadcastTo(e.Graph.Iota(classes), shape);
        return new TensorValue(e.Graph.Cast(e.Graph.Compare(ScalarFunction.Equal, spread, positions), ElementType.Real));
    }

    /// <summary>A list with a number for each axis, from such a list or from one number for all.</summary>
    private static ListValue PerAxis(BuiltinCall call)
    {
        var count = call.Evaluator.ToInt(call["axes"], call.Span);
        return new ListValue([.. call.Evaluator.ToInts(call["value"], count, call.Span).Select(n => new IntValue(n))]);
    }

    private static Value Gather(BuiltinCall call)
    {
        var data = call.Evaluator.ToTensor(call["data"], ElementType.Real, call.Span);
        var rows = call.Evaluator.ToTensor(call["rows"], ElementType.Int, call.Span);
        if (rows.Node.Element != ElementType.Int)
        {
            throw call.Evaluator.Fail(ValueErrors.WrongElement(call.Span, "`rows`", ElementType.Int, rows.Node.Type));
        }

        return new TensorValue(call.Evaluator.Graph.Gather(data.Node, rows.Node));
    }
}
