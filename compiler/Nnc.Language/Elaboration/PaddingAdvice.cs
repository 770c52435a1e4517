using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;

namespace Nnc.Language.Elaboration;

/// <summary>The way out of a wrong size that a convolution's padding would make right.</summary>
internal static class PaddingAdvice
{
    /// <summary>
    /// <c>with `pad: 2` at line 5 the rows go 28, 14, 10, 5, and the features are 400</c>; null where no padding of a single
    /// convolution gives the size. A padding that keeps the rows comes first.
    /// </summary>
    /// <param name="history">How the size came about.</param>
    /// <param name="wanted">What it should be.</param>
    /// <param name="what">What has the size, with its verb: <c>features are</c>.</param>
    public static string? For(AxisHistory? history, Dim wanted, string what)
    {
        if (Find(history, wanted) is not { } found)
        {
            return null;
        }

        var rows = Chain(history!).Select(s => s.SizeUnder(found).ToString()).Reverse();
        return $"with `pad: {found.Pad}` at line {found.Place.Line} the rows go {string.Join(", ", rows)}, and the {what} {wanted}";
    }

    /// <summary>The same for an editor.</summary>
    public static IEnumerable<Remedy> Remedies(AxisHistory? history, Dim wanted) =>
        Find(history, wanted) is { } found ? [new PaddingRemedy(found.Place, found.Pad)] : [];

    private static PaddingTrial? Find(AxisHistory? history, Dim wanted)
    {
        var trials =
            from step in All(history)
            where step is { UnpaddedKernel: > 1, Span: not null }
            from pad in Enumerable.Range(1, step.UnpaddedKernel - 1)
            orderby 2 * pad == step.UnpaddedKernel - 1 descending
            let trial = new PaddingTrial(step.Span!.Value, pad)
            where history!.SizeUnder(trial) == wanted
            select trial;
        return trials.FirstOrDefault();
    }

    private static IEnumerable<AxisHistory> All(AxisHistory? history) =>
        history is null ? [] : history.From.SelectMany(All).Prepend(history).DistinctBy(h => h.Span);

    /// <summary>The sizes of one axis, the last first; not a product of several.</summary>
    private static IEnumerable<AxisHistory> Chain(AxisHistory history)
    {
        for (var step = history.From.Length > 1 ? history.From[0] : history; step is not null; step = step.From.FirstOrDefault())
        {
            yield return step;
        }
    }
}
