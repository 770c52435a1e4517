namespace Nnc.Tool.Execution;

/// <summary>
/// Finds the longest segments, a power of two, whose training step keeps within a budget: the longer, the more steps share one
/// contraction. Memory is S times what a step keeps and T / S times the states, so it is least near √T, where the search begins.
/// </summary>
/// <param name="plan">The step for a length of segments.</param>
/// <param name="longest">The steps T of the longest recurrence, at least 2.</param>
/// <param name="budget">In bytes.</param>
internal sealed class SegmentSearch(Func<long, MemoryPlan> plan, long longest, long budget)
{
    /// <summary>The plan that was found; where none keeps within the budget, the least.</summary>
    public MemoryPlan Run()
    {
        var start = plan(1L << (int)Math.Round(Math.Log2(longest) / 2));
        var shorter = Descend(start, s => s / 2);
        return Lengthen(shorter == start ? Descend(start, s => s * 2) : shorter);
    }

    /// <summary>Goes on in one direction while the budget is not kept and memory falls.</summary>
    private MemoryPlan Descend(MemoryPlan best, Func<long, long> next)
    {
        while (best.Bytes > budget && next(best.Segment!.Value) is var segment && segment >= 1 && segment < longest
            && plan(segment) is var other && other.Bytes < best.Bytes)
        {
            best = other;
        }

        return best;
    }

    private MemoryPlan Lengthen(MemoryPlan best)
    {
        while (best.Bytes <= budget && best.Segment!.Value * 2 is var segment && segment < longest
            && plan(segment) is var longer && longer.Bytes <= budget)
        {
            best = longer;
        }

        return best;
    }
}
