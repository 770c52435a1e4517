using System.Collections.Immutable;
using System.Globalization;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>One value in every element.</summary>
public sealed record FillOperator(double Value, TensorType Type) : Operator
{
    public override string Name => $"fill {Value.ToString(CultureInfo.InvariantCulture)}";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => Type;

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("A constant has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) => Type.Element switch
    {
        ElementType.Real => new RealConstant(Value),
        ElementType.Int => new IntConstant((long)Value),
        ElementType.Bool => new BoolConstant(Value != 0),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(Type.Element, request.ResultShape);
        Array.Fill(result.Values, Value);
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        [new("scalar", new FillOperator(0.3, TensorType.Real()), []), new("matrix", new FillOperator(-2.5, TensorType.Real(3, 17)), [])];
}

/// <summary>Given values of a constant shape, row-major.</summary>
public sealed record LiteralOperator(TensorType Type, ImmutableArray<double> Values) : Operator
{
    public override string Name => "literal";

    public override ImmutableArray<double> ConstantData => Values;

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => Type;

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("A constant has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) =>
        throw new System.Diagnostics.UnreachableException("A literal is a constant buffer.");

    public override ReferenceTensor Evaluate(EvaluationRequest request) => new(Type.Element, request.ResultShape, [.. Values]);

    public override IEnumerable<OperatorSample> Samples() => [new("2×2", new LiteralOperator(TensorType.Real(2, 2), [1.5, -2, 0.25, 4]), [])];

    public bool Equals(LiteralOperator? other) => other is not null && Type == other.Type && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => Values.Aggregate(Type.GetHashCode(), HashCode.Combine);
}

/// <summary>A dimension as an int scalar.</summary>
public sealed record SizeOperator(Dim Size) : Operator
{
    public override string Name => "size";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Int();

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("A constant has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) => Size.IsConstant ? new IntConstant(Size.ConstantValue) : new SizeValue(Size);

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        ReferenceTensor.Scalar(Size.Evaluate(request.Sizes), ElementType.Int);

    public override IEnumerable<OperatorSample> Samples() => [new("7", new SizeOperator(7), [])];
}

/// <summary>0, 1, …, size − 1.</summary>
public sealed record IotaOperator(Dim Size) : Operator
{
    public override string Name => "iota";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Int(Size);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [];

    public override Node? Batch(BatchRequest request) => throw new System.Diagnostics.UnreachableException("A constant has no inputs.");

    public override ScalarExpression Lower(LoweringRequest request) => request.Index[0];

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var count = request.ResultShape[0];
        return new(ElementType.Int, [count], [.. Enumerable.Range(0, count).Select(i => (double)i)]);
    }

    public override IEnumerable<OperatorSample> Samples() => [new("19", new IotaOperator(19), []), new("1", new IotaOperator(1), [])];
}
