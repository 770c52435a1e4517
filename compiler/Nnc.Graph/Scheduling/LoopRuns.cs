using System.Collections.Immutable;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Scheduling;

/// <summary>
/// Finds loops that may run at once: neighbours in a program of which none touches what another writes, such as the two directions
/// of a bidirectional recurrence. The planner gives them memory of their own, and a backend may give each a thread.
/// </summary>
public static class LoopRuns
{
    /// <summary>The items in their order: loops that may run at once together, every other item alone.</summary>
    public static ImmutableArray<ImmutableArray<ProgramItem>> Of(ImmutableArray<ProgramItem> items)
    {
        var runs = ImmutableArray.CreateBuilder<ImmutableArray<ProgramItem>>();
        var run = new List<ProgramItem>();
        foreach (var item in items)
        {
            if (run.Count > 0 && !(item is KernelLoop && run.All(r => r is KernelLoop && AreIndependent(r, item))))
            {
                runs.Add([.. run]);
                run.Clear();
            }

            run.Add(item);
        }

        return run.Count == 0 ? runs.ToImmutable() : [.. runs, [.. run]];
    }

    /// <summary>Whether neither item touches storage that the other writes.</summary>
    public static bool AreIndependent(ProgramItem one, ProgramItem other)
    {
        var (written, touched) = (Written(one), Touched(other));
        return !written.Overlaps(touched) && !Written(other).Overlaps(Touched(one));
    }

    private static HashSet<Buffer> Written(ProgramItem item) => [.. item.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer))];

    private static HashSet<Buffer> Touched(ProgramItem item) => [.. item.Kernels.SelectMany(KernelReads.Of), .. Written(item)];
}
