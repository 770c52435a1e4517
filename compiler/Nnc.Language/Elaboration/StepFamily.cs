using Nnc.Core.Text;
using Nnc.Language.Syntax;

namespace Nnc.Language.Elaboration;

/// <summary>One name of a <c>recur</c> block: its equation for every t, and its values before the first step or after the last.</summary>
internal sealed class StepFamily(string name)
{
    public string Name { get; } = name;

    /// <summary><c>h[t] = …</c>; null where only boundaries are written, which is an error.</summary>
    public StepEquation? Equation { get; set; }

    /// <summary>The values at −1, −2, … by their distance from the first step, 1 being the nearest.</summary>
    public Dictionary<int, StepEquation> Before { get; } = [];

    /// <summary>The values at T, T + 1, … by their distance from the last step.</summary>
    public Dictionary<int, StepEquation> After { get; } = [];

    public IEnumerable<StepEquation> Boundaries => Before.OrderBy(b => b.Key).Concat(After.OrderBy(b => b.Key)).Select(b => b.Value);

    public IReadOnlyDictionary<int, StepEquation> BoundariesOf(bool isAhead) => isAhead ? After : Before;
}

/// <summary>A name on the left of an equation; <c>(h[t], c[t]) = …</c> has two.</summary>
/// <param name="Member">The place of the name on the left.</param>
internal sealed record StepEquation(EquationStatement Statement, int Member)
{
    public EquationTarget Target => Statement.Targets[Member];

    public SourceSpan Span => Target.Span;
}

/// <summary>A name of a <c>recur</c> block inside the block: it has a value at each t, read as <c>h[t]</c> or <c>h[t-1]</c>.</summary>
internal sealed record StepFamilyValue(StepFamily Family, RecurrenceStep Step) : Value
{
    public override string Describe() => $"`{Family.Name}`, which has a value at each `{Step.Block.Index}`: `{Family.Name}[{Step.Block.Index}]`";
}

/// <summary>The value of a step before whose shape is not known yet. A formal with a type says it; every other use fails.</summary>
internal sealed record OpenStateValue(StepFamily Family, Func<StepShape, Value> Resolve) : Value
{
    public override string Describe() => $"`{Family.Name}`, whose shape is not known yet";
}
