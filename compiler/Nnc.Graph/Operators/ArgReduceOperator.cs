using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>The position of the first maximum or minimum along an axis, which disappears.</summary>
/// <param name="Kind"><see cref="ReductionKind.ArgMax"/> or <see cref="ReductionKind.ArgMin"/>.</param>
public sealed record ArgReduceOperator(ReductionKind Kind, int Axis) : Operator
{
    public override string Name => Kind.ToString().ToLowerInvariant();

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(ElementType.Int, inputs[0].Shape.Without(Axis));

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null];

    public override Node? Batch(BatchRequest request) => request.Apply(new ArgReduceOperator(Kind, Axis + 1));

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var axis = request.FreshAxis("r", request.Node.Inputs[0].Shape[Axis]);
        return new Reduction(Kind, [axis], request.Input(0, request.Index.Insert(Axis, new AxisValue(axis))));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        return IndexIteration.Build(ElementType.Int, request.ResultShape, index =>
        {
            var best = 0;
            for (var k = 1; k < input.Shape[Axis]; k++)
            {
                var (candidate, current) = (At(k), At(best));
                if (Kind == ReductionKind.ArgMax ? candidate > current : candidate < current)
                {
                    best = k;
                }
            }

            return best;

            double At(int k) => input[[.. index[..Axis], k, .. index[Axis..]]];
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(22);
        yield return new("of rows", new ArgReduceOperator(ReductionKind.ArgMax, 1), [random.Real(7, 10)]);
        yield return new("of columns", new ArgReduceOperator(ReductionKind.ArgMin, 0), [random.Real(17, 3)]);
        yield return new("ties", new ArgReduceOperator(ReductionKind.ArgMax, 0), [random.Int(0, 3, 40)]);
    }
}
