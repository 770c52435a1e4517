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
    /// <summary>Keeps everything where that fits; otherwise cuts recurrences into segments (<see cref="SegmentSearch"/>).</summary>
    /// <param name="build">The step for a length of segments.</param>
    /// <param name="longest">The steps of the longest recurrence that can be cut; 0 where there is none.</param>
    /// <param name="budget">In bytes.</param>
    /// <exception cref="ToolFailure">NN0740: nothing fits.</exception>
    public static MemoryPlan Choose(Func<long?, GraphFunction> build, long longest, TensorElement real, Func<DimSymbol, long> sizes, long budget)
    {
        MemoryPlan Of(long? segment)
        {
            var step = build(segment);
            return new MemoryPlan(step, segment, StepMemory.Of(step, real).Total.Evaluate(sizes));
        }

        var whole = Of(null);
        if (whole.Bytes <= budget)
        {
            return whole;
        }

        var best = longest < 2 ? whole : new SegmentSearch(s => Of(s), longest, budget).Run();
        return best.Bytes <= budget ? best : throw TooLittle(budget, best);
    }

    /// <summary>A number of bytes as people write it.</summary>
    public static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes");

    private static ToolFailure TooLittle(long budget, MemoryPlan least) => new(
        "NN0740", $"a training step takes {Text(least.Bytes)}, and `--memory` allows {Text(budget)}",
        least.Segment is { } segment
            ? $"that is with recurrences computed again in segments of {segment} steps; a smaller batch takes less"
            : "there is no recurrence to compute again; a smaller batch takes less");
}
