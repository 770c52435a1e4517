using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>A value that the loop of a recurrence gives to its step; each is its own.</summary>
/// <param name="Number">Makes step inputs of one name different.</param>
public sealed record StepInputOperator(string InputName, TensorType Type, int Number) : Operator
{
    public override string Name => "step_input";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => Type;

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("A step input has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) =>
        throw new System.Diagnostics.UnreachableException("A step input is bound by its loop.");

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        throw new System.Diagnostics.UnreachableException("A step input is bound by its loop.");

    public override IEnumerable<OperatorSample> Samples() => [];
}
