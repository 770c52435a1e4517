using System.Collections.Immutable;
using Nnc.Graph.Operators;
using Nnc.Graph.Recurrences;

namespace Nnc.Graph;

/// <summary>Values of recurrences.</summary>
public sealed partial class GraphBuilder
{
    private static int s_stepInputs;

    /// <summary>A new step input, different from every other one.</summary>
    public Node StepInput(string name, TensorType type) => Apply(new StepInputOperator(name, type, Interlocked.Increment(ref s_stepInputs)));

    /// <summary>A value of the step over all steps, <c>[Length, …]</c>.</summary>
    /// <param name="inputs">Sequences, initial values, invariants.</param>
    public Node Scan(Recurrence recurrence, Node value, ImmutableArray<Node> inputs) => Apply(new ScanOperator(recurrence, value), inputs);

    /// <summary>A state after the last step.</summary>
    public Node FinalState(Recurrence recurrence, int state, ImmutableArray<Node> inputs) => Apply(new FinalStateOperator(recurrence, state), inputs);
}
