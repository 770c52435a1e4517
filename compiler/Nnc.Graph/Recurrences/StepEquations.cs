using System.Collections.Immutable;
using Nnc.Core.Dimensions;

namespace Nnc.Graph.Recurrences;

/// <summary>A sequence that a step reads at its own position.</summary>
/// <param name="Element">The step input that stands for its element.</param>
/// <param name="Whole">The outer value, <c>[Length, …]</c>.</param>
public sealed record StepSequence(Node Element, Node Whole);

/// <summary>A value of the step before (or, in a recurrence from the end, of the step after).</summary>
/// <param name="Previous">The step input that stands for it.</param>
/// <param name="Initial">Its outer value at the first step.</param>
/// <param name="Next">The step's own value.</param>
/// <param name="IsReversed">Whether it is the value at t + 1.</param>
public sealed record StepState(string Name, Node Previous, Node Initial, Node Next, bool IsReversed);

/// <summary>
/// The equations of one <c>recur</c> block as they are written: values of a step over step inputs and outer values, whatever
/// runs forwards, backwards or not at all.
/// </summary>
public sealed record StepEquations(Node Position, Dim Length, ImmutableArray<StepSequence> Sequences, ImmutableArray<StepState> States)
{
    /// <summary>A bool scalar of the step that ends the recurrence; see <see cref="Recurrence.Until"/>.</summary>
    public Node? Until { get; init; }

    /// <summary>See <see cref="Recurrence.IsCheckpointed"/>.</summary>
    public bool IsCheckpointed { get; init; }
}
