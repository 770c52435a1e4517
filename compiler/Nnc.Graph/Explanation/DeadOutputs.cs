using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Scheduling;

namespace Nnc.Graph.Explanation;

/// <summary>8: work and memory that only an unread output would need is left out.</summary>
internal static class DeadOutputs
{
    public const string Name = "dead outputs skipped";

    public static Transformation Of(LoopFacts facts)
    {
        var removed = facts.Changes<StateRemoved>().Select(s => StepText.NameOf(s.State.Next)).ToArray();
        var states = facts.Recurrence.States.Select(s => s.Next).ToHashSet();
        var rings = facts.Loop.Rows.Where(r => !r.KeepsAll).ToArray();
        var kept = facts.Loop.Rows.Where(r => r.KeepsAll && states.Contains(r.Value)).DistinctBy(r => r.Value).ToArray();
        var saved = facts.Bytes(rings.Select(r => Storage.Owner(r.Buffer)));
        string[] details =
        [
            .. removed.Length == 0 ? Array.Empty<string>() : [$"{ReportSizes.List(removed)}: removed, since nothing wanted depends on it"],
            .. rings.Length == 0 ? Array.Empty<string>() : [$"{ReportSizes.List(rings.Select(r => facts.NameOf(r.Value)))}: only the last value is wanted, so two steps' are kept, {facts.Sizes.Of(saved)} bytes"],
            .. kept.Select(r => $"{facts.NameOf(r.Value)} of every step is read by {Readers(facts, r)}"),
        ];
        return new(8, Name, removed.Length + rings.Length > 0 ? Verdict.Applied : Verdict.NotNeeded, [.. details])
        {
            Figures = [new("states_removed", removed.Length), new("states_of_two_steps", rings.Length)],
        };
    }

    private static string Readers(LoopFacts facts, StepRows rows)
    {
        var owner = Storage.Owner(rows.Buffer);
        var loops = facts.Schedule.Program.Loops.Where(l => l != facts.Loop && l.Kernels.Any(k => LoopFacts.Reads(k, owner))).Select(l => $"recurrence {facts.NumberOf(l)}");
        var outside = facts.SourceKernels.Count(k => LoopFacts.Reads(k, owner));
        string[] readers = [.. loops, .. outside == 0 ? Array.Empty<string>() : [$"{ReportSizes.Count(outside, "kernel")} beside it"]];
        return readers.Length > 0 ? string.Join(", ", readers) : owner.Place == BufferPlace.Argument ? "the caller" : "nothing outside the loop";
    }
}
