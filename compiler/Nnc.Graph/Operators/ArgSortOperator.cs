using System.Collections.Immutable;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>The positions that sort an axis, stable; lowered as ranks found by counting, so that it stays a function of the index.</summary>
public sealed record ArgSortOperator(int Axis, bool Descending) : Operator
{
    public override string Name => "argsort";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(ElementType.Int, inputs[0].Shape);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null];

    public override Node? Batch(BatchRequest request) => request.Apply(new ArgSortOperator(Axis + 1, Descending));

    /// <summary>Element k of the result is the position p whose rank is k: Σ_p p·[rank(p) = k], rank(p) = Σ_q [q before p].</summary>
    public override ScalarExpression Lower(LoweringRequest request)
    {
        var size = request.Node.Shape[Axis];
        var p = request.FreshAxis("p", size);
        var q = request.FreshAxis("q", size);
        var (atP, atQ) = (At(request, p), At(request, q));
        var before = new Apply(Descending ? ScalarFunction.Greater : ScalarFunction.Less, [atQ, atP], ElementType.Bool);
        var tie = IndexMath.And(
            new Apply(ScalarFunction.Equal, [atQ, atP], ElementType.Bool),
            new Apply(ScalarFunction.Less, [new AxisValue(q), new AxisValue(p)], ElementType.Bool));
        var isBefore = new Apply(ScalarFunction.Or, [before, tie], ElementType.Bool);
        var rank = new Reduction(ReductionKind.Sum, [q], new Apply(ScalarFunction.ToInt, [isBefore], ElementType.Int));
        var isHere = new Apply(ScalarFunction.Equal, [rank, request.Index[Axis]], ElementType.Bool);
        return new Reduction(ReductionKind.Sum, [p],
            new Apply(ScalarFunction.Select, [isHere, new AxisValue(p), new IntConstant(0)], ElementType.Int));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        return IndexIteration.Build(ElementType.Int, request.ResultShape, index =>
        {
            double At(int k)
            {
                var source = (int[])index.Clone();
                source[Axis] = k;
                return input[source];
            }

            var positions = Enumerable.Range(0, input.Shape[Axis]);
            var sorted = Descending ? positions.OrderByDescending(At) : positions.OrderBy(At);
            return sorted.ElementAt(index[Axis]);
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(23);
        yield return new("descending", new ArgSortOperator(0, true), [random.Real(13)]);
        yield return new("rows with ties", new ArgSortOperator(1, false), [random.Int(0, 4, 3, 9)]);
    }

    private ScalarExpression At(LoweringRequest request, Axis axis) => request.Input(0, request.Index.SetItem(Axis, new AxisValue(axis)));
}
