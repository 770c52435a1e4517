using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>The same elements in row-major order under another shape with as many elements.</summary>
public sealed record ReshapeOperator(Shape Result) : Operator
{
    public override string Name => "reshape";

    public override bool KeepsRowMajorOrder => true;

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(inputs[0].Element, Result);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Inputs[0].Element == ElementType.Real ? request.Builder.Reshape(request.Cotangent, request.Inputs[0].Shape) : null];

    public override Node? Batch(BatchRequest request) => request.Builder.Reshape(request.Inputs[0], request.Batched(Result));

    /// <summary>Splits the row-major position, group by group of axes with equal products, so that untouched axes stay plain.</summary>
    public override ScalarExpression Lower(LoweringRequest request)
    {
        var input = request.Node.Inputs[0].Shape;
        var index = new ScalarExpression[input.Rank];
        foreach (var (inputs, results) in Groups(input))
        {
            if (inputs.Length == 1 && results.Length == 1)
            {
                index[inputs[0]] = request.Index[results[0]];
                continue;
            }

            var position = results.Aggregate((ScalarExpression)new IntConstant(0), (p, r) => IndexMath.Add(IndexMath.Multiply(p, Result[r]), request.Index[r]));
            for (var k = inputs.Length - 1; k >= 0; k--)
            {
                var size = input[inputs[k]];
                index[inputs[k]] = k == 0 ? position : IndexMath.Modulo(position, size);
                position = IndexMath.FloorDivide(position, size);
            }
        }

        return request.Input(0, [.. index]);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request) => request.Inputs[0] with { Shape = request.ResultShape };

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(12);
        yield return new("flatten", new ReshapeOperator(new Shape(2, 60)), [random.Real(2, 3, 4, 5)]);
        yield return new("split", new ReshapeOperator(new Shape(3, 5, 7)), [random.Real(3, 35)]);
        yield return new("regroup", new ReshapeOperator(new Shape(4, 9)), [random.Real(6, 6)]);
        yield return new("unit axes", new ReshapeOperator(new Shape(1, 13, 1)), [random.Real(13)]);
        yield return new("scalar", new ReshapeOperator(Shape.Scalar), [random.Real(1, 1)]);
    }

    /// <summary>Runs of input and result axes with the same product of sizes, as small as can be found from the left.</summary>
    public IEnumerable<(int[] Inputs, int[] Results)> Groups(Shape input)
    {
        var (i, r) = (0, 0);
        while (i < input.Rank || r < Result.Rank)
        {
            var (startI, startR) = (i, r);
            Dim left = Dim.One, right = Dim.One;
            if (i < input.Rank)
            {
                left *= input[i++];
            }

            while (left != right && (i < input.Rank || r < Result.Rank))
            {
                // The side that lags takes the next axis; a symbolic factor is matched by the first axis that brings it.
                var takeResult = r < Result.Rank && (i >= input.Rank || IsBehind(right, left));
                if (takeResult)
                {
                    right *= Result[r++];
                }
                else
                {
                    left *= input[i++];
                }
            }

            while (i == input.Rank && r < Result.Rank)
            {
                right *= Result[r++];
            }

            yield return ([.. Enumerable.Range(startI, i - startI)], [.. Enumerable.Range(startR, r - startR)]);
        }
    }

    private static bool IsBehind(Dim candidate, Dim other)
    {
        if (candidate.IsConstant && other.IsConstant)
        {
            return candidate.ConstantValue < other.ConstantValue;
        }

        return candidate.Symbols().Count() <= other.Symbols().Count() && candidate != other
            && (candidate.Symbols().Count() < other.Symbols().Count() || LeadingCoefficient(candidate) < LeadingCoefficient(other));
    }

    private static long LeadingCoefficient(Dim dim) => dim.Terms.Length == 0 ? 0 : dim.Terms[0].Coefficient;
}
