using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Core.Text;

namespace Nnc.Language.Elaboration;

/// <summary>NN045x, NN046x: recurrences.</summary>
internal static class RecurrenceErrors
{
    /// <param name="cycle">The names on the circle, the first one again at the end.</param>
    public static Diagnostic CycleWithoutLag(SourceSpan span, IEnumerable<string> cycle, string index) =>
        new("NN0451", Severity.Error, span, $"{string.Join(" → ", cycle.Select(n => $"{n}[{index}]"))} is a circle within one step")
        {
            Label = "this needs the value that is being computed",
            Help = $"a step reads what earlier steps made: one of them must be read at `{index}-1`",
        };

    public static Diagnostic MixedDirections(SourceSpan span, IEnumerable<string> names, string index) =>
        new("NN0452", Severity.Error, span, $"{string.Join(", ", names.Select(n => $"`{n}`"))} need each other in both directions of time")
        {
            Help = $"values that need each other all look back, at `{index}-1`, or all ahead, at `{index}+1`",
        };

    public static Diagnostic MissingInitial(SourceSpan span, string name, string index, string position) =>
        new("NN0453", Severity.Error, span, $"`{name}` has no value at {(position.StartsWith('-') ? "the position before the first step" : "the position after the last step")}")
        {
            Label = $"the {(position.StartsWith('-') ? "first" : "last")} step reads it",
            Help = $"give it one in the block: `{name}[{position}] = 0`",
            Remedies = [new StartRemedy(span, name, position)],
        };

    public static Diagnostic LagTooLarge(SourceSpan span, string name, int lag, int given, string position) =>
        new("NN0454", Severity.Error, span, $"`{name}` is read {lag} steps away, and {given} of the values it needs {(given == 1 ? "is" : "are")} given")
        {
            Help = $"give it the others in the block: `{name}[{position}] = 0`",
            Remedies = [new StartRemedy(span, name, position)],
        };

    public static Diagnostic BoundaryWithoutEquation(SourceSpan span, string name, string index) =>
        new("NN0455", Severity.Error, span, $"`{name}` has a value at the edge and no equation for the steps") { Help = $"`{name}[{index}] = …` says what every step makes of it" };

    public static Diagnostic NoBoundary(SourceSpan span, string name, string extent) =>
        new("NN0456", Severity.Error, span, "this position is neither before the first step nor after the last")
        {
            Help = $"a start is `{name}[-1] = …`; for values that look ahead it is `{name}[{extent}] = …`",
        };

    public static Diagnostic TimeAxis(SourceSpan span, Dim size, Dim length, Dim offset) =>
        new("NN0457", Severity.Error, span, $"the steps read the positions {offset} to {length + offset - 1} of an axis of size {size}")
        {
            Help = $"every position must be proved inside the axis; the recurrence takes {length} steps",
        };

    public static Diagnostic FirstIndexIsTime(SourceSpan span, string name, string index) =>
        new("NN0458", Severity.Error, span, $"the first index of `{name}` is time here")
        {
            Help = $"inside the block it is read as `{name}[{index}]`, or `{name}[{index}-1]`, further indices addressing the value; outside, the whole is there",
        };

    public static Diagnostic OtherShape(SourceSpan span, string name, StepShape before, string after, string index) =>
        new("NN0459", Severity.Error, span, $"`{name}` has another shape after a step than before it")
        {
            Label = $"{before} is what `{name}[{index}-1]` is, and {after} what comes",
        };

    public static Diagnostic UnknownShape(SourceSpan span, string name, string position) =>
        new("NN0460", Severity.Error, span, $"nothing says the shape of `{name}`")
        {
            Help = $"write its type at its start: `{name}[{position}] : real[N, 64] = 0`",
        };

    public static Diagnostic UnknownPlaceOfTime(SourceSpan span, IReadOnlyCollection<int> places, string index) =>
        new("NN0461", Severity.Error, span, places.Count == 0
            ? $"nothing says where the axis of `{index}` sits in what the block gives: no sequence is read with `{index}`"
            : $"the sequences that are read with `{index}` have time at different axes, {string.Join(" and ", places.Order())}")
        {
            Help = "say it: `recur … at 1`",
        };

    public static Diagnostic UntilNoScalar(SourceSpan span, string what) =>
        new("NN0462", Severity.Error, span, $"`until` takes a bool scalar, and this is {what}") { Help = "`all(done[t])` or `any(done[t])` makes one of many" };

    public static Diagnostic LossThroughUntil(SourceSpan span, string loss) =>
        new("NN0463", Severity.Error, span, $"`{loss}` depends on a recurrence with `until`, through which no gradient flows")
        {
            Help = "take all steps and mask those after the end: `if live[t] then … else …`",
        };

    public static Diagnostic RandomMask(SourceSpan span, string name, string index) =>
        new("NN0464", Severity.Warning, span, $"`{name}` passes a random mask at every step, so that little of it is left after many")
        {
            Help = $"drop out what enters or leaves the recurrence, or draw one mask outside it for all `{index}`",
        };

    public static Diagnostic BadPlaceOfTime(SourceSpan span, long place) =>
        new("NN0465", Severity.Error, span, $"there is no axis {place}") { Help = "axes are counted from 0" };
}
