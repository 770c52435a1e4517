using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>A training step that keeps within a memory budget.</summary>
/// <param name="Segment">The steps between checkpoints of its recurrences; null where everything is kept.</param>
/// <param name="Bytes">What its arrays take.</param>
internal sealed record MemoryPlan(GraphFunction Step, long? Segment, long Bytes)
{
    /// <summary>
    /// Keeps everything where that fits; otherwise cuts recurrences into the longest segments that do, a power of two: the longer,
    /// the more steps share one contraction.
    /// </summary>
    /// <param name="build">The step for a length of segments.</param>
    /// <param name="longest">The steps of the longest recurrence that can be cut; 0 where there is none.</param>
    /// <param name="budget">In bytes.</param>
    public static MemoryPlan Choose(Func<long?, GraphFunction> build, long longest, TensorElement real, Func<DimSymbol, long> sizes, long budget)
    {
        var whole = Of(null);
        if (whole.Bytes <= budget)
        {
            return whole;
        }

        // Memory is S times what a step keeps and T / S times the states: least near √T, from where this walks.
        var least = longest < 2 ? whole : Walk(Of(RoundedRoot(longest)));
        return least.Bytes <= budget ? Lengthened(least) : throw TooLittle(budget, least);

        MemoryPlan Of(long? segment)
        {
            var step = build(segment);
            return new MemoryPlan(step, segment, StepMemory.Of(step, real).Total.Evaluate(sizes));
        }

        MemoryPlan Walk(MemoryPlan start)
        {
            var shorter = Descended(start, s => s / 2);
            return shorter.Bytes <= budget || shorter != start ? shorter : Descended(start, s => s * 2);
        }

        MemoryPlan Descended(MemoryPlan plan, Func<long, long> next)
        {
            while (plan.Bytes > budget && next(plan.Segment!.Value) is var segment && segment >= 1 && segment < longest
                && Of(segment) is var other && other.Bytes < plan.Bytes)
            {
                plan = other;
            }

            return plan;
        }

        MemoryPlan Lengthened(MemoryPlan plan)
        {
            while (plan.Segment * 2 < longest && Of(plan.Segment * 2) is var longer && longer.Bytes <= budget)
            {
                plan = longer;
            }

            return plan;
        }
    }

    /// <summary>A number of bytes as people write it.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    /// <summary>The power of two next to √T.</summary>
    private static long RoundedRoot(long steps) => 1L << (int)Math.Round(Math.Log2(steps) / 2);

    private static ToolFailure TooLittle(long budget, MemoryPlan least) => new(
        "NN0740", $"a training step takes {Text(least.Bytes)}, and `--memory` allows {Text(budget)}",
        least.Segment is { } segment
            ? $"that is with recurrences computed again in segments of {segment} steps; a smaller batch takes less"
            : "there is no recurrence to compute again; a smaller batch takes less");
}
