using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>A value from outside: data, a parameter, state. Two inputs are the same exactly if their names and types are.</summary>
public sealed record InputOperator(string InputName, TensorType Type) : Operator
{
    public override string Name => "input";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => Type;

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("An input has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) =>
        throw new System.Diagnostics.UnreachableException("An input is bound by the caller.");

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        throw new System.Diagnostics.UnreachableException("An input is bound by the caller.");

    public override IEnumerable<OperatorSample> Samples() => [];
}
