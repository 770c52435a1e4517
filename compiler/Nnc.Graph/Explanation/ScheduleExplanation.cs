using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;
using Nnc.Graph.Kernels;

namespace Nnc.Graph.Explanation;

/// <summary>
/// Reports what a program's loops and kernels are. Everything is read off the program itself, and off the history that passes leave
/// in its recurrences: nothing is decided here a second time.
/// </summary>
public static class ScheduleExplanation
{
    /// <param name="fill">Puts known sizes in the place of symbols.</param>
    public static ScheduleReport Of(NativeSchedule schedule, Func<Dim, Dim> fill)
    {
        var sizes = new ReportSizes(d => fill(schedule.Program.OverAllStrips(d)));
        return new(
            [.. schedule.Program.Loops.Where(l => l.Source is not null).Select(l => Of(new LoopFacts(schedule, l, sizes)))],
            KernelReports.Of(schedule, sizes));
    }

    private static RecurrenceReport Of(LoopFacts facts)
    {
        var states = facts.Recurrence.States;
        var labelled = states.Select(s => s.Next).Concat(states.Select(s => s.Previous)).Concat(facts.Loop.Rows.Select(r => r.Value)).FirstOrDefault(n => n.Label is not null)?.Label;
        return new(
            facts.NumberOf(facts.Loop),
            [.. states.Select(facts.NameOf)],
            ScopeOf(labelled?.Name ?? ""),
            facts.Loop.Position.Name,
            facts.Loop.IsReversed,
            facts.Sizes.Fill(facts.Recurrence.Length),
            labelled?.Span,
            [.. Transformations(facts).Select(Merged)]);
    }

    private static string ScopeOf(string name) => name.LastIndexOf('.') is > 0 and var end ? name[..end] : "";

    private static ImmutableArray<Transformation> Transformations(LoopFacts facts) =>
    [
        InputProducts.Of(facts),
        GateProducts.Of(facts),
        StepEpilogue.Of(facts),
        PackedWeights.Of(facts),
        SumsAfterLoop.Of(facts),
        KeptForGradient.Of(facts),
        Wavefronts.Of(facts),
        DeadOutputs.Of(facts),
    ];

    /// <summary>What is said several times is said once.</summary>
    private static Transformation Merged(Transformation transformation) => transformation with
    {
        Details = [.. transformation.Details.CountBy(d => d).Select(d => d.Value == 1 ? d.Key : $"{d.Key} ({ReportSizes.Count(d.Value, "time")})")],
    };
}
