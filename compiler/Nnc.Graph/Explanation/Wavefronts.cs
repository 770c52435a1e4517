using System.Globalization;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>
/// 7: recurrences run at once when threads are free: such as do not need each other, like two directions, and such as follow each
/// other step by step, like the layers of a deep one.
/// </summary>
internal static class Wavefronts
{
    public const string Name = "recurrences at once";

    public static Transformation Of(LoopFacts facts)
    {
        var items = facts.Schedule.Program.Items;
        if (facts.Front is { Stages.Length: > 1 } front)
        {
            return OfStages(facts, front);
        }

        ProgramItem item = facts.Front is { } alone ? alone : facts.Loop;
        var place = items.IndexOf(item);
        if (place < 0)
        {
            return new(7, Name, Verdict.NotNeeded, ["it runs within a step of another recurrence"]);
        }

        if (LoopRuns.Of(items).Single(r => r.Contains(item)) is { Length: > 1 } run)
        {
            var same = run.Cast<KernelLoop>().Where(l => l != facts.Loop).Select(facts.NumberOf).ToArray();
            return new(7, Name, Verdict.Applied, [$"runs at the same time as recurrence {Join(same)} where there are fewer than {2 * run.Length} threads; more share each step"])
            {
                Figures = [new("recurrences_at_once", run.Length)],
            };
        }

        var others = items.Where(i => i is not Kernel && i != item).ToArray();
        var independent = others.Where(i => AreIndependent(facts, place, items.IndexOf(i))).SelectMany(LoopsOf).Select(facts.NumberOf).ToArray();
        return independent.Length == 0
            ? new(7, Name, Verdict.NotNeeded, [others.Length == 0 ? "it is the only recurrence" : "every other recurrence needs its results, or it needs theirs, over all t"])
            : new(7, Name, Verdict.NotApplied, [$"recurrence {Join(independent)} and this one need nothing of each other, but something between them needs the first: threads share each step instead"])
            {
                Figures = [new("independent_recurrences", independent.Length)],
            };
    }

    /// <summary>Recurrences that follow each other step by step.</summary>
    private static Transformation OfStages(LoopFacts facts, Wavefront front)
    {
        int[] stages = [.. front.Items.OfType<KernelLoop>().Select(facts.NumberOf)];
        var number = facts.NumberOf(facts.Loop);
        var neighbour = number == stages[0] ? $"recurrence {Join([stages[1]])} follows" : $"it follows recurrence {Join([stages[Array.IndexOf(stages, number) - 1]])}";
        return new(7, Name, Verdict.Applied,
            [$"{neighbour} step by step, in strips of {facts.Sizes.Of(front.Strip)} steps: recurrences {Join(stages)} run at the same time where there are fewer than {2 * stages.Length} threads; more share each step"])
        {
            Figures = [new("recurrences_at_once", stages.Length)],
        };
    }

    /// <summary>The loops of an item that are not within a step of another.</summary>
    private static IEnumerable<KernelLoop> LoopsOf(ProgramItem item) => item is Wavefront front ? front.Items.OfType<KernelLoop>() : [(KernelLoop)item];

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
