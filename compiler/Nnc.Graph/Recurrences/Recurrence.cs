using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Recurrences;

/// <summary>A value carried from step to step: what a step reads of the one before, and what it hands on.</summary>
/// <param name="Previous">The step input that stands for the value before the step; at the first step, the initial value.</param>
/// <param name="Next">The value after the step, of the same type.</param>
public sealed record RecurrentState(Node Previous, Node Next);

/// <summary>
/// The equations of one step of a recurrence, as a graph closed over step inputs (<see cref="StepInputOperator"/>): the position
/// t, elements of sequences at t, carried states, and values that no step changes. Compared by identity. Its values are read by
/// nodes of the outer graph: a <see cref="ScanOperator"/> collects any value of the step over all t, a
/// <see cref="FinalStateOperator"/> gives a state after the last step. All of them that have the same inputs are one loop.
/// </summary>
/// <example>
/// <code>
/// h[t] = tanh(x[t] @ U + h[t-1] @ V)      Sequences: x[t];  States: (h[t-1], h[t]);  Invariants: U, V
/// h[-1] = h0                              inputs of its nodes: x, h0, U, V
/// </code>
/// </example>
public sealed class Recurrence
{
    /// <summary>How often the equations are taken; 0 is allowed.</summary>
    public required Dim Length { get; init; }

    /// <summary>Whether t runs from <c>Length − 1</c> down to 0.</summary>
    public bool IsReversed { get; init; }

    /// <summary>The step input that stands for t, an int scalar from 0 to <c>Length − 1</c>.</summary>
    public required Node Position { get; init; }

    /// <summary>Step inputs that stand for the element at t of a tensor whose first axis has <see cref="Length"/>.</summary>
    public ImmutableArray<Node> Sequences { get; init; } = [];

    public ImmutableArray<RecurrentState> States { get; init; } = [];

    /// <summary>Step inputs that stand for outer values which are the same at every step.</summary>
    public ImmutableArray<Node> Invariants { get; init; } = [];

    /// <summary>A bool scalar of the step: where it holds, later steps are not taken, and collected values repeat the last one.</summary>
    public Node? Until { get; init; }

    /// <summary>What passes did to the recurrence as it was written, in their order; says nothing about what it computes.</summary>
    public ImmutableArray<RecurrenceChange> History { get; internal set; } = [];

    /// <summary>
    /// Whether a gradient takes the step again instead of reading values kept of it, and nothing leaves the loop for all steps at
    /// once: only the states between steps are stored.
    /// </summary>
    public bool IsCheckpointed { get; init; }

    /// <summary>The step inputs in the order of the inputs of a scan node: sequences, initial values of states, invariants.</summary>
    public ImmutableArray<Node> StepInputs => [.. Sequences, .. States.Select(s => s.Previous), .. Invariants];

    /// <summary>The nodes of the step that the given values and the states need, inputs before users.</summary>
    public ImmutableArray<Node> Nodes(IEnumerable<Node> values) =>
        GraphFunction.TopologicalOrder(States.Select(s => s.Next).Concat(Until is null ? [] : [Until]).Concat(values));
}
