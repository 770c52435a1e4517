using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>The least that a scheduler can be tried on, so that its tests do not depend on the catalogue.</summary>
internal abstract record ToyOperator : Operator
{
    public override string Name => GetType().Name.ToLowerInvariant();

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [.. request.Inputs.Select(_ => (Node?)null)];

    public override Node? Batch(BatchRequest request) => null;

    public override IEnumerable<OperatorSample> Samples() => [];

    /// <summary>The definition, element by element.</summary>
    protected abstract double Element(EvaluationRequest request, int[] index);

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var shape = request.ResultShape;
        var result = ReferenceTensor.Zeros(request.Node.Element, shape);
        for (var flat = 0; flat < result.Count; flat++)
        {
            var index = new int[shape.Length];
            for (int axis = shape.Length - 1, rest = flat; axis >= 0; rest /= shape[axis--])
            {
                index[axis] = rest % shape[axis];
            }

            result.Values[flat] = Element(request, index);
        }

        return result;
    }
}

/// <summary>An element-wise function of tensors of one shape; scalars stretch.</summary>
internal sealed record Map(ScalarFunction Function) : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        new(Function is ScalarFunction.Greater ? ElementType.Bool : ElementType.Real, inputs.MaxBy(i => i.Rank)!.Shape);

    public override ScalarExpression Lower(LoweringRequest request) => new Apply(
        Function,
        [.. request.Node.Inputs.Select((n, i) => request.Input(i, n.Shape.Rank == 0 ? [] : request.Index))],
        request.Node.Element);

    protected override double Element(EvaluationRequest r, int[] index)
    {
        var x = r.Inputs.Select(t => t.Rank == 0 ? t.Values[0] : t[index]).ToArray();
        return Function switch
        {
            ScalarFunction.Add => x[0] + x[1],
            ScalarFunction.Subtract => x[0] - x[1],
            ScalarFunction.Multiply => x[0] * x[1],
            ScalarFunction.Maximum => Math.Max(x[0], x[1]),
            ScalarFunction.Greater => x[0] > x[1] ? 1 : 0,
            ScalarFunction.Select => x[0] != 0 ? x[1] : x[2],
            ScalarFunction.Exp => Math.Exp(x[0]),
            ScalarFunction.Tanh => Math.Tanh(x[0]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

internal sealed record Literal(double Value) : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real();

    public override ScalarExpression Lower(LoweringRequest request) => new RealConstant(Value);

    protected override double Element(EvaluationRequest r, int[] index) => Value;
}

/// <summary>[j] → [i, j].</summary>
internal sealed record Rows(Dim Count) : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(Count, inputs[0].Shape[0]);

    public override ScalarExpression Lower(LoweringRequest request) => request.Input(0, [request.Index[1]]);

    protected override double Element(EvaluationRequest r, int[] index) => r.Inputs[0][index[1]];
}

internal sealed record Transposed : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(inputs[0].Shape[1], inputs[0].Shape[0]);

    public override ScalarExpression Lower(LoweringRequest request) => request.Input(0, [request.Index[1], request.Index[0]]);

    protected override double Element(EvaluationRequest r, int[] index) => r.Inputs[0][index[1], index[0]];
}

/// <summary>Rows in reverse order; not a function that a loop may compute in place.</summary>
internal sealed record Reversed : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0];

    public override ScalarExpression Lower(LoweringRequest request) => request.Input(0, [
        new Apply(ScalarFunction.Subtract, [new SizeValue(request.Node.Shape[0] - 1), request.Index[0]], ElementType.Int), request.Index[1]]);

    protected override double Element(EvaluationRequest r, int[] index) => r.Inputs[0][r.Inputs[0].Shape[0] - 1 - index[0], index[1]];
}

internal sealed record ColumnSum : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(inputs[0].Shape[1]);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var row = request.FreshAxis("r", request.Node.Inputs[0].Shape[0]);
        return new Reduction(ReductionKind.Sum, [row], request.Input(0, [new AxisValue(row), request.Index[0]]));
    }

    protected override double Element(EvaluationRequest r, int[] index) =>
        Enumerable.Range(0, r.Inputs[0].Shape[0]).Sum(i => r.Inputs[0][i, index[0]]);
}

internal sealed record MatrixProduct : ToyOperator
{
    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(inputs[0].Shape[0], inputs[1].Shape[1]);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var k = request.FreshAxis("k", request.Node.Inputs[0].Shape[1]);
        return new Reduction(ReductionKind.Sum, [k], new Apply(
            ScalarFunction.Multiply,
            [request.Input(0, [request.Index[0], new AxisValue(k)]), request.Input(1, [new AxisValue(k), request.Index[1]])],
            ElementType.Real));
    }

    protected override double Element(EvaluationRequest r, int[] index) =>
        Enumerable.Range(0, r.Inputs[0].Shape[1]).Sum(k => r.Inputs[0][index[0], k] * r.Inputs[1][k, index[1]]);
}

/// <summary>Row-major reshape, lowered by division and remainder as an operator without further knowledge would.</summary>
internal sealed record Reshaped(Shape Result) : ToyOperator
{
    public override bool KeepsRowMajorOrder => true;

    public bool Equals(Reshaped? other) => other is not null && Result.Equals(other.Result);

    public override int GetHashCode() => Result.GetHashCode();

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(inputs[0].Element, Result);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        ScalarExpression flat = new IntConstant(0);
        foreach (var (index, size) in request.Index.Zip(Result))
        {
            flat = Int(ScalarFunction.Add, Int(ScalarFunction.Multiply, flat, new SizeValue(size)), index);
        }

        var source = request.Node.Inputs[0].Shape;
        var at = new ScalarExpression[source.Rank];
        for (var axis = source.Rank - 1; axis >= 0; axis--)
        {
            at[axis] = axis == 0 ? flat : Int(ScalarFunction.Modulo, flat, new SizeValue(source[axis]));
            flat = Int(ScalarFunction.FloorDivide, flat, new SizeValue(source[axis]));
        }

        return request.Input(0, [.. at]);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request) => request.Inputs[0] with { Shape = request.ResultShape };

    protected override double Element(EvaluationRequest r, int[] index) => throw new System.Diagnostics.UnreachableException();

    private static Apply Int(ScalarFunction function, ScalarExpression a, ScalarExpression b) => new(function, [a, b], ElementType.Int);
}

/// <summary>Running sums down the columns, which no element-wise rule describes.</summary>
internal sealed record Accumulated : ToyOperator
{
    public override bool IsIndexable => false;

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0];

    public override ScalarExpression Lower(LoweringRequest request) => throw new System.Diagnostics.UnreachableException();

    protected override double Element(EvaluationRequest r, int[] index) =>
        Enumerable.Range(0, index[0] + 1).Sum(i => r.Inputs[0][i, index[1]]);
}
