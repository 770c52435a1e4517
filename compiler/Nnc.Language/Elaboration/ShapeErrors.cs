using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph;

namespace Nnc.Language.Elaboration;

/// <summary>NN02xx: sizes and shapes.</summary>
internal static class ShapeErrors
{
    /// <param name="axis">The axis that differs, counted in the widest operand.</param>
    /// <param name="fromEnd">The same counted from the last, which is 1.</param>
    public static Diagnostic Broadcast(SourceSpan span, TensorValue a, TensorValue b, int axis, int fromEnd)
    {
        var (first, second) = (a.Axes[a.Rank - fromEnd].History, b.Axes[b.Rank - fromEnd].History);
        return new("NN0201", Severity.Error, span, $"{a.Node.Type} and {b.Node.Type} do not fit together element by element")
        {
            Label = $"axis {axis} differs",
            Notes = [.. HistoryPrinter.Lines(first), .. HistoryPrinter.Lines(second)],
            History = [.. HistoryPrinter.Places(first), .. HistoryPrinter.Places(second)],
            Help = a.Node.Shape.Concat(b.Node.Shape).Any(s => s == Dim.One) ? "an axis of size 1 stretches only if it was made by `_` in an index or by `keep: true`" : null,
            Remedies = [.. Resize(b, a, fromEnd), .. Resize(a, b, fromEnd)],
        };
    }

    /// <summary>The size of a declared operand at an axis, as the other one has it.</summary>
    private static IEnumerable<Remedy> Resize(TensorValue declared, TensorValue other, int fromEnd) =>
        declared.Node.Label?.Span is { } declaration && other.Node.Shape[other.Rank - fromEnd] is { IsConstant: true } size
            ? [new SizeRemedy(declaration, declared.Rank - fromEnd, size.ToString())]
            : [];

    public static Diagnostic MatrixMultiply(SourceSpan span, TensorValue left, TensorValue right, int inner) =>
        new("NN0202", Severity.Error, span, $"{left.Node.Type} @ {right.Node.Type}: the sizes that are summed over differ")
        {
            Label = $"{left.Node.Shape[left.Rank - 1]} columns on the left, {right.Node.Shape[inner]} rows on the right",
            Notes = HistoryPrinter.Lines(left.Axes[left.Rank - 1].History),
            History = HistoryPrinter.Places(left.Axes[left.Rank - 1].History),
            Remedies = left.Node.Shape[left.Rank - 1].IsConstant && right.Node.Label?.Span is { } declaration ? [new SizeRemedy(declaration, inner, left.Node.Shape[left.Rank - 1].ToString())] : [],
        };

    /// <summary>A value whose size at one axis is not the one that a layer, function or type asks for.</summary>
    /// <param name="written">Where the size that is asked for is written as a number; null where it is computed.</param>
    public static Diagnostic Mismatch(SourceSpan span, string what, TensorValue tensor, int axis, Dim expected, string type, SourceSpan? written = null) =>
        new("NN0203", Severity.Error, span, $"{what} has {tensor.Node.Shape[axis]} at axis {axis}, where {expected} is asked for")
        {
            Label = $"{tensor.Node.Type} for {type}",
            Notes = HistoryPrinter.Lines(tensor.Axes[axis].History),
            History = HistoryPrinter.Places(tensor.Axes[axis].History),
            Help = PaddingAdvice.For(tensor.Axes[axis].History, expected, "size is"),
            Remedies =
            [
                .. PaddingAdvice.Remedies(tensor.Axes[axis].History, expected),
                .. written is { } place && tensor.Node.Shape[axis].IsConstant ? [new ReplacementRemedy(place, $"{tensor.Node.Shape[axis]}", $"set the size to {tensor.Node.Shape[axis]}")] : Array.Empty<Remedy>(),
            ],
        };

    public static Diagnostic WrongRank(SourceSpan span, string what, TensorType actual, string type) =>
        new("NN0204", Severity.Error, span, $"{what} has {Count(actual.Rank, "axis", "axes")}, which does not fit {type}")
        {
            Label = $"this is {actual}",
            Help = actual.Rank == 4 && type.Count(c => c == ',') == 1 ? "`flatten` makes one axis of all but the first" : null,
            Remedies = actual.Rank > 2 && type.Count(c => c == ',') == 1 ? [new FlattenRemedy(span)] : [],
        };

    public static Diagnostic CannotJoin(SourceSpan span, TensorType a, TensorType b) =>
        new("NN0205", Severity.Error, span, $"{a} and {b} cannot be joined: their other axes differ");

    public static Diagnostic JoinOfRuntimeVectors(SourceSpan span) =>
        new("NN0206", Severity.Error, span, "vectors whose length is known only at run time are not joined by brackets")
        {
            Help = "`stack(a, b, axis: 1)` makes columns of them, `concat(a, b, axis: 0)` one long vector",
        };

    public static Diagnostic MatrixOfScalar(SourceSpan span, TensorType a, TensorType b) =>
        new("NN0207", Severity.Error, span, $"`@` multiplies vectors and matrices, not {a} and {b}") { Help = "`*` multiplies by a scalar" };

    public static Diagnostic EmptyAxis(SourceSpan span, Dim size) =>
        new("NN0208", Severity.Error, span, $"the size `{size}` is not positive") { Help = "every axis has at least one element" };

    public static Diagnostic NegativeMargin(SourceSpan span, Dim margin) =>
        new("NN0208", Severity.Error, span, $"the margin `{margin}` is negative") { Help = "a slice takes positions away: `x[:, 1 : n]`" };

    public static Diagnostic NotASize(SourceSpan span, string what) =>
        new("NN0209", Severity.Error, span, $"a size is an integer known when compiling, and this is {what}");

    public static Diagnostic NotConstant(SourceSpan span, Dim dim) =>
        new("NN0210", Severity.Error, span, $"`{dim}` is known only at run time, and a constant is needed here");

    public static Diagnostic NoSuchAxis(SourceSpan span, int axis, int rank) =>
        new("NN0211", Severity.Error, span, $"there is no axis {axis} among {Count(rank, "axis", "axes")}");

    public static Diagnostic TooLarge(SourceSpan span) =>
        new("NN0212", Severity.Error, span, "this size is too large to be computed with");

    public static Diagnostic UnrollTooLong(SourceSpan span, long extent, int most) =>
        new("NN0212", Severity.Error, span, $"`unroll` goes over at most {most} positions, and this is {extent}") { Help = "each position is elaborated by itself; a long sequence is `recur`" };

    public static Diagnostic OutOfRange(SourceSpan span, Dim position, Dim size) =>
        new("NN0213", Severity.Error, span, $"position {position} is outside an axis of size {size}")
        {
            Help = size.IsConstant ? $"positions go from 0 to {size - 1}; `last` is the last one" : null,
        };

    public static Diagnostic PositionFromEnd(SourceSpan span) =>
        new("NN0214", Severity.Error, span, "positions are not counted from the end") { Help = "write `last`", Remedies = [new ReplacementRemedy(span, "last", "write `last`")] };

    public static Diagnostic EmptySlice(SourceSpan span, Dim from, Dim to) =>
        new("NN0215", Severity.Error, span, $"the slice from {from} to {to} is empty");

    public static Diagnostic TooManyIndices(SourceSpan span, TensorType type, int count) =>
        new("NN0216", Severity.Error, span, $"{Count(count, "index", "indices")} for {type}, which has {Count(type.Rank, "axis", "axes")}");

    public static Diagnostic WindowTooLarge(SourceSpan span, string name, int kernel, Dim size, AxisInfo axis) =>
        new("NN0217", Severity.Error, span, $"{name}: a window that spans {kernel} does not fit in {size}")
        {
            Notes = HistoryPrinter.Lines(axis.History),
            History = HistoryPrinter.Places(axis.History),
            Help = "a smaller kernel, or padding, makes room for it",
        };

    /// <param name="dropped">How many positions at the end of each axis no window reaches; null for none.</param>
    public static Diagnostic RowsDropped(SourceSpan span, string name, ImmutableArray<string?> dropped, ImmutableArray<Dim> sizes)
    {
        (string One, string Many)[] words = dropped.Length == 2 ? [("row", "rows"), ("column", "columns")] : [.. dropped.Select((_, s) => ($"position of axis {s + 2}", $"positions of axis {s + 2}"))];
        var parts = dropped.Select((d, s) => (Count: d, Text: $"{(d == "1" ? "last" : $"last {d}")} {(d == "1" ? words[s].One : words[s].Many)} of {sizes[s]}")).Where(p => p.Count is not null);
        var isSymbolic = dropped.Any(d => d is not null && d.Contains("mod", StringComparison.Ordinal));
        return new("NN0218", Severity.Warning, span, $"{name} leaves out the {string.Join(" and the ", parts.Select(p => p.Text))}")
        {
            Help = isSymbolic
                ? "a condition on the size, as `where H % 2 == 0`, padding or another kernel makes sure that all of it is used"
                : "the stride does not divide what is left after the first window; padding or another kernel uses all of it",
        };
    }

    public static Diagnostic CannotInfer(SourceSpan span, string pattern) =>
        new("NN0219", Severity.Error, span, $"`{pattern}` does not determine its names") { Help = "an axis may be linear in one name that is not known yet, as `T + 1`" };

    public static Diagnostic UndecidedCondition(SourceSpan span) =>
        new("NN0220", Severity.Error, span, "this condition is not known when compiling, and a size depends on it");

    public static Diagnostic WhereNeedsComparison(SourceSpan span) =>
        new("NN0221", Severity.Error, span, "`where` takes one comparison between sizes");

    public static Diagnostic ConstraintFails(SourceSpan span, string text, Dim a, Dim b) =>
        new("NN0222", Severity.Error, span, $"`{text}` does not hold") { Label = $"{a} on the left, {b} on the right" };

    public static Diagnostic IndexEquationRank(SourceSpan span, int extra) =>
        new("NN0223", Severity.Error, span, $"the right side has {Count(extra, "axis", "axes")} beside the indices of the left side")
        {
            Help = "an index equation defines one element: give every axis an index, or reduce it",
        };

    public static Diagnostic IndexBelowZero(SourceSpan span, Dim least) =>
        new("NN0224", Severity.Error, span, $"this position can be {least}, which is before the first");

    public static Diagnostic IndexTooLarge(SourceSpan span, Dim greatest, Dim size) =>
        new("NN0225", Severity.Error, span, $"this position can be {greatest}, and the axis has size {size}");

    public static Diagnostic UnknownRange(SourceSpan span, string name) =>
        new("NN0226", Severity.Error, span, $"nothing gives the range of `{name}`") { Help = $"say it on the left side: `{name} in 10`" };

    public static Diagnostic Reshape(SourceSpan span, TensorType from, Shape to) =>
        new("NN0227", Severity.Error, span, $"{from} has {from.Shape.ElementCount} elements and {to} has {to.ElementCount}");

    public static Diagnostic Channels(SourceSpan span, string what, Dim channels, int groups) =>
        new("NN0228", Severity.Error, span, $"{channels} {what} cannot be divided into {groups} groups");

    public static Diagnostic NoSolution(SourceSpan span, string pattern, Dim actual) =>
        new("NN0229", Severity.Error, span, $"a size of {actual} is not of the form `{pattern}`");

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}

/// <summary>The history of a size as note lines: <c>14 = ⌊(28 − 2) / 2⌋ + 1</c>, a tab, what computed it and where.</summary>
internal static class HistoryPrinter
{
    private const int MaximumLines = 12;

    public static ImmutableArray<string> Lines(AxisHistory? history) => [.. Steps(history).Select(Line)];

    /// <summary>The same lines at the places where the sizes were computed.</summary>
    public static ImmutableArray<RelatedPlace> Places(AxisHistory? history) =>
        [.. Steps(history).Where(s => s.Span is not null).Select(s => new RelatedPlace(s.Span!.Value, $"{s.Size} = {s.Formula}"))];

    private static string Line(AxisHistory step) => $"{step.Size} = {step.Formula}\t{step.Label}{(step.Span is { } span ? $", line {span.Line}" : "")}";

    private static IEnumerable<AxisHistory> Steps(AxisHistory? history)
    {
        var known = new HashSet<string>();
        var pending = new Queue<AxisHistory>(history is null ? [] : [history]);
        while (known.Count < MaximumLines && pending.TryDequeue(out var step))
        {
            if (known.Add(Line(step)))
            {
                yield return step;
            }

            foreach (var from in step.From)
            {
                pending.Enqueue(from);
            }
        }
    }
}
