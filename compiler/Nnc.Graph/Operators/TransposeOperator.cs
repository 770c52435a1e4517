using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Reorders axes: axis <c>a</c> of the result is axis <c>Permutation[a]</c> of the input.</summary>
public sealed record TransposeOperator(ImmutableArray<int> Permutation) : Operator
{
    public override string Name => "transpose";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        new(inputs[0].Element, new Shape(Permutation.Select(p => inputs[0].Shape[p])));

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Inputs[0].Element == ElementType.Real ? request.Builder.Transpose(request.Cotangent, Inverse()) : null];

    public override Node? Batch(BatchRequest request) => request.Builder.Transpose(request.Inputs[0], [0, .. Permutation.Select(p => p + 1)]);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var index = new ScalarExpression[Permutation.Length];
        for (var a = 0; a < index.Length; a++)
        {
            index[Permutation[a]] = request.Index[a];
        }

        return request.Input(0, [.. index]);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        IndexIteration.Build(request.Inputs[0].Element, request.ResultShape, index =>
        {
            var source = new int[index.Length];
            for (var a = 0; a < index.Length; a++)
            {
                source[Permutation[a]] = index[a];
            }

            return request.Inputs[0][source];
        });

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(13);
        yield return new("matrix", new TransposeOperator([1, 0]), [random.Real(5, 17)]);
        yield return new("rotate", new TransposeOperator([2, 0, 1]), [random.Real(3, 4, 7)]);
        yield return new("unit", new TransposeOperator([1, 0]), [random.Real(1, 1)]);
    }

    public bool Equals(TransposeOperator? other) => other is not null && Permutation.SequenceEqual(other.Permutation);

    public override int GetHashCode() => Permutation.Aggregate(17, HashCode.Combine);

    private ImmutableArray<int> Inverse() => [.. Enumerable.Range(0, Permutation.Length).Select(a => Permutation.IndexOf(a))];
}
