using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// A value of a recurrence's step, collected over all steps along a new first axis. Inputs are the recurrence's: sequences,
/// initial values, invariants.
/// </summary>
/// <param name="Value">Any node of the step, a step input included.</param>
public sealed record ScanOperator(Recurrence Recurrence, Node Value) : Operator
{
    public override string Name => "scan";

    /// <summary>The scheduler makes one loop of all values of a recurrence.</summary>
    public override bool IsIndexable => false;

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        Value.Type with { Shape = new Shape([Recurrence.Length, .. Value.Shape]) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        throw new UnreachableException("The values of a recurrence are differentiated together.");

    /// <summary>None: a rule for one node would part it from the others that are one loop with it.</summary>
    public override Node? Batch(BatchRequest request) => null;

    public override ScalarExpression Lower(LoweringRequest request) => throw new UnreachableException("A scan is no function of an index.");

    public override ReferenceTensor Evaluate(EvaluationRequest request) => ReferenceScan.Run(request, Recurrence, [Value]).Collected[Value];

    public override IEnumerable<OperatorSample> Samples() => ScanSamples.All().Select(s => s with { Operator = new ScanOperator(Of(s), Of(s).States[0].Next) });

    private static Recurrence Of(OperatorSample sample) => ((FinalStateOperator)sample.Operator).Recurrence;
}
