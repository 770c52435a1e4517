using System.Globalization;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>7: recurrences that do not need each other, such as two directions, run at once when threads are free.</summary>
internal static class Wavefronts
{
    public const string Name = "recurrences at once";

    public static Transformation Of(LoopFacts facts)
    {
        var items = facts.Schedule.Program.Items;
        var place = items.IndexOf(facts.Loop);
        if (place < 0)
        {
            return new(7, Name, Verdict.NotNeeded, ["it runs within a step of another recurrence"]);
        }

        if (LoopRuns.Of(items).Single(r => r.Contains(facts.Loop)) is { Length: > 1 } run)
        {
            var others = run.Cast<KernelLoop>().Where(l => l != facts.Loop).Select(facts.NumberOf).ToArray();
            return new(7, Name, Verdict.Applied, [$"runs at the same time as recurrence {Join(others)} where there are fewer than {2 * run.Length} threads; more share each step"])
            {
                Figures = [new("recurrences_at_once", run.Length)],
            };
        }

        var independent = items.OfType<KernelLoop>().Where(l => l != facts.Loop && AreIndependent(facts, place, items.IndexOf(l))).Select(l => facts.NumberOf(l)).ToArray();
        return independent.Length == 0
            ? new(7, Name, Verdict.NotNeeded, [items.OfType<KernelLoop>().Count() == 1 ? "it is the only recurrence" : "every other recurrence needs its results, or it needs theirs, over all t"])
            : new(7, Name, Verdict.NotApplied, [$"recurrence {Join(independent)} and this one need nothing of each other, but something between them needs the first: threads share each step instead"])
            {
                Figures = [new("independent_recurrences", independent.Length)],
            };
    }

    private static string Join(int[] numbers) => string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether no value leads from one item to the other.</summary>
    private static bool AreIndependent(LoopFacts facts, int one, int other)
    {
        var items = facts.Schedule.Program.Items;
        var (first, last) = (Math.Min(one, other), Math.Max(one, other));
        var reached = Written(items[first]);
        for (var place = first + 1; place <= last; place++)
        {
            if (items[place].Kernels.SelectMany(KernelReads.Of).Any(reached.Contains))
            {
                if (place == last)
                {
                    return false;
                }

                reached.UnionWith(Written(items[place]));
            }
        }

        return true;
    }

    private static HashSet<Buffer> Written(ProgramItem item) => [.. item.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer))];
}
