using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>3: the element-wise work of a step done on the finished sums of its contraction, in registers.</summary>
internal static class StepEpilogue
{
    public const string Name = "element-wise work in the epilogue";

    public static Transformation Of(LoopFacts facts)
    {
        var fused = facts.Contractions.Where(k => KernelCost.Describe(k).Length > 0).ToArray();
        string[] details = [.. fused.Select(k => Fused(facts, k)), .. facts.Nests.Select(k => Apart(facts, k))];
        var verdict = facts.Contractions.IsEmpty || (fused.Length == 0 && facts.Nests.IsEmpty) ? Verdict.NotNeeded
            : fused.Length > 0 ? Verdict.Applied : Verdict.NotApplied;
        return new(3, Name, verdict, facts.Contractions.IsEmpty
            ? [$"{facts.WithoutContraction}; its element-wise work is {ReportSizes.Count(facts.Nests.Length, "loop nest")}"]
            : verdict == Verdict.NotNeeded ? ["the step has no element-wise work"] : [.. details])
        {
            Figures = [new("epilogues", fused.Length), new("loop_nests", facts.Nests.Length)],
        };
    }

    private static string Fused(LoopFacts facts, Kernel kernel) =>
        $"{KernelCost.Describe(kernel)} on the sums of the contraction, which stores {facts.StoredBy(kernel)}";

    private static string Apart(LoopFacts facts, Kernel nest)
    {
        var names = facts.StoredBy(nest);
        var operands = facts.Contractions.SelectMany(k => ScalarParts.DescendantsAndSelf(k.Contraction!.Factors).OfType<Load>())
            .Select(l => l.Buffer).Where(b => nest.Stores.Any(s => s.Buffer == b)).ToArray();
        return $"{names}: {WhyApart(facts, nest, operands)}";
    }

    private static string WhyApart(LoopFacts facts, Kernel nest, Buffer[] operands)
    {
        if (operands.Length > 0)
        {
            return "a loop nest before the product, which needs whole rows of it; an epilogue comes after a product";
        }

        if (ScalarParts.DescendantsAndSelf(nest.Stores.Select(s => s.Value)).Any(e => e is Reduction))
        {
            return "a loop nest of its own: it sums over a whole axis";
        }

        return facts.Contractions.Any(k => k.Stores.Any(s => LoopFacts.Reads(nest, Storage.Owner(s.Buffer))))
            ? $"a loop nest after the product, over {facts.Sizes.Of(nest.Axes.Select(a => a.Extent))}: other points than the product's, or vectors of it run along another axis"
            : $"a loop nest of its own over {facts.Sizes.Of(nest.Axes.Select(a => a.Extent))}: it reads no product of the step";
    }
}
