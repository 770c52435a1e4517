using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>5: ∂L/∂W taken out of the backward loop: Σₜ Aₜᵀ Bₜ is one contraction over all steps and rows.</summary>
internal static class SumsAfterLoop
{
    public const string Name = "sums over t after the loop";

    public static Transformation Of(LoopFacts facts)
    {
        var moved = facts.Changes<MovedAfter>().ToArray();
        var sums = facts.SourceKernels.Where(k => k.Contraction is not null && SumsOverSteps(facts, k)).ToArray();
        var flops = sums.Aggregate(Dim.Zero, (sum, k) => sum + KernelCost.Flops(k));
        string[] details =
        [
            .. sums.Length == 0 ? Array.Empty<string>() : [$"{ReportSizes.Count(sums.Length, "contraction")} over all steps and rows: {Describe(facts, sums)}, {facts.Sizes.Of(flops)} FLOPs"],
            .. sums.Length > 0 || moved.Length == 0 ? Array.Empty<string>() : [$"{ReportSizes.List(moved.Select(m => new StepText(m.Before).Of(m.Value)))}: after the loop, for all t at once"],
        ];
        return moved.Length == 0 && sums.Length == 0
            ? new(5, Name, Verdict.NotNeeded, [facts.IsGradient ? "the step makes nothing that feeds no state" : "nothing costly in the step feeds no state"])
            : new(5, Name, Verdict.Applied, [.. details]) { Figures = [new("contractions_after", sums.Length), new("flops_after", facts.Sizes.Fill(flops))] };
    }

    /// <summary>Whether a kernel's sums run along the rows that the loop wrote, one for each step.</summary>
    private static bool SumsOverSteps(LoopFacts facts, Kernel kernel) => facts.IsGradient && kernel.Contraction!.Terms.Any(term =>
        ScalarParts.DescendantsAndSelf(term.Left, term.Right).OfType<Load>()
            .Any(l => HoldsAllSteps(facts, l.Buffer) && ContractionPattern.AxesIn(l.Index[0]).Any(term.ReductionAxes.Contains)));

    private static bool HoldsAllSteps(LoopFacts facts, Buffer buffer)
    {
        var owner = Storage.Owner(buffer);
        return facts.Writes.Contains(owner)
            && buffer.Shape.ElementCount == owner.Shape.Skip(1).Aggregate(facts.Loop.Length, (product, size) => product * size);
    }

    private static string Describe(LoopFacts facts, Kernel[] sums)
    {
        var shapes = sums.Select(k => $"{facts.Sizes.Of(k.Axes.Select(a => a.Extent))} over {facts.Sizes.Of(Length(k))}").CountBy(s => s)
            .Select(s => s.Value == 1 ? s.Key : $"{s.Value} of {s.Key}");
        return ReportSizes.List(shapes);
    }

    private static Dim Length(Kernel kernel) => kernel.Contraction!.Terms[0].ReductionAxes.Aggregate(Dim.One, (product, a) => product * a.Extent);
}
