using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>6: what a step keeps for the backward loop, and what that computes again.</summary>
internal static class KeptForGradient
{
    public const string Name = "kept or recomputed for the gradient";

    public static Transformation Of(LoopFacts facts) => facts.IsGradient ? OfGradient(facts) : OfForward(facts);

    private static Transformation OfForward(LoopFacts facts)
    {
        var gradients = facts.Schedule.Source.Loops.Where(l => l.Position != facts.Loop.Position && LoopFacts.IsGradientLoop(l)).ToArray();
        var adjoints = gradients.SelectMany(l => l.Kernels).SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToHashSet();
        Kernel[] readers = [.. gradients.SelectMany(l => l.Kernels), .. facts.SourceKernels.Where(k => KernelReads.Of(k).Any(adjoints.Contains))];
        var kept = facts.Loop.Rows.Where(r => r.KeepsAll && readers.Any(k => LoopFacts.Reads(k, Storage.Owner(r.Buffer)))).ToArray();
        var bytes = facts.Bytes(kept.Select(r => Storage.Owner(r.Buffer)));
        return kept.Length == 0
            ? new(6, Name, Verdict.NotNeeded, ["no gradient reads it"])
            : new(6, Name, Verdict.Applied, [
                $"keeps {ReportSizes.List(kept.Select(r => facts.NameOf(r.Value)), 8)} of every {(facts.Recurrence.IsCheckpointed ? "segment" : "step")}: {facts.Sizes.Of(bytes)} bytes",
                .. facts.Recurrence.IsCheckpointed ? ["the gradient takes the steps of a segment again, from the states before it"] : Array.Empty<string>()])
            {
                Figures = [new("kept_bytes", facts.Sizes.Fill(bytes))],
            };
    }

    private static Transformation OfGradient(LoopFacts facts)
    {
        var again = facts.Recurrence.Nodes(facts.Loop.Rows.Select(r => r.Value)).Where(n => n.Operator is not StepInputOperator && n.Label is { IsAdjoint: false })
            .Select(StepText.NameOf).ToArray();
        var sources = facts.Schedule.Program.Loops.Where(l => l != facts.Loop && facts.Loop.Kernels.Any(k => l.Rows.Any(r => LoopFacts.Reads(k, Storage.Owner(r.Buffer))))).ToArray();
        string[] details =
        [
            .. sources.Where(l => !LoopFacts.IsGradientLoop(l)).Select(l => $"reads what recurrence {facts.NumberOf(l)} keeps"),
            .. facts.Loop.Body.OfType<KernelLoop>().Where(l => !LoopFacts.IsGradientLoop(l)).Select(l => $"takes the steps of a segment again, in recurrence {facts.NumberOf(l)}"),
            again.Length == 0 ? "computes none of its values again" : $"computes {ReportSizes.List(again, 8)} again, which costs less than to keep it",
        ];
        return new(6, Name, again.Length > 0 ? Verdict.Applied : Verdict.NotNeeded, [.. details]) { Figures = [new("values_recomputed", again.Length)] };
    }
}
