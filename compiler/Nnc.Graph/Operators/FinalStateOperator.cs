using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Recurrences;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>A state of a recurrence after its last step; its initial value where there is no step. Inputs as of <see cref="ScanOperator"/>.</summary>
/// <param name="State">The position among the recurrence's states.</param>
public sealed record FinalStateOperator(Recurrence Recurrence, int State) : Operator
{
    public override string Name => "final_state";

    public override bool IsIndexable => false;

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => Recurrence.States[State].Previous.Type;

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        throw new UnreachableException("The values of a recurrence are differentiated together.");

    /// <summary>None: a rule for one node would part it from the others that are one loop with it.</summary>
    public override Node? Batch(BatchRequest request) => null;

    public override ScalarExpression Lower(LoweringRequest request) => throw new UnreachableException("A scan is no function of an index.");

    public override ReferenceTensor Evaluate(EvaluationRequest request) => ReferenceScan.Run(request, Recurrence, []).Final[State];

    public override IEnumerable<OperatorSample> Samples() => ScanSamples.All();
}
