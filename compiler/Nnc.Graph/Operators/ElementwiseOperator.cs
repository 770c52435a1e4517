using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>A scalar function applied to each element; all operands have the result's shape.</summary>
public sealed record ElementwiseOperator(ScalarFunction Function) : Operator
{
    public override string Name => Function.ToString().ToLowerInvariant();

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        new(ScalarFunctions.ResultElement(Function, inputs), inputs[0].Shape);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => ElementwiseDerivatives.Of(Function, request);

    public override Node? Batch(BatchRequest request) => request.Apply(this);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var inputs = request.Node.Inputs;
        if (Function == ScalarFunction.Power && request.Node.Element == ElementType.Real && GraphBuilder.ConstantValueOf(inputs[1]) is { } exponent
            && ConstantPower.Of(request.Input(0, request.Index), exponent) is { } power)
        {
            return power;
        }

        return new Apply(Function, [.. Enumerable.Range(0, inputs.Length).Select(i => request.Input(i, request.Index))], request.Node.Element);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(request.Node.Element, request.ResultShape);
        var arguments = new double[request.Inputs.Length];
        var isInteger = request.Inputs[0].Element != ElementType.Real;
        for (var i = 0; i < result.Count; i++)
        {
            for (var k = 0; k < arguments.Length; k++)
            {
                arguments[k] = request.Inputs[k].Values[i];
            }

            result.Values[i] = ScalarFunctions.Evaluate(Function, arguments, isInteger);
        }

        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from function in Enum.GetValues<ScalarFunction>()
        where ScalarFunctions.IsElementwise(function)
        from size in new[] { 1, 7, 37 }
        select ScalarFunctions.Sample(function, size);
}
