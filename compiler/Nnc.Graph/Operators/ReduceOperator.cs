using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Sum, product, maximum, minimum, all or any over axes, which disappear. The axes are in increasing order.</summary>
public sealed record ReduceOperator(ReductionKind Kind, ImmutableArray<int> Axes) : Operator
{
    public override string Name => $"reduce_{Kind.ToString().ToLowerInvariant()}";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        inputs[0] with { Shape = new Shape(inputs[0].Shape.Where((_, a) => !Axes.Contains(a))) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (b, x, r) = (request.Builder, request.Inputs[0], request.Node);
        if (x.Element != ElementType.Real)
        {
            return [null];
        }

        var d = Spread(b, request.Cotangent, x);
        switch (Kind)
        {
            case ReductionKind.Sum:
                return [d];
            case ReductionKind.Product:
                return [b.Multiply(d, ProductOfOthers(b, x))];
            case ReductionKind.Max or ReductionKind.Min:
                // Equal extrema share the cotangent.
                var isExtreme = b.Compare(ScalarFunction.Equal, x, Spread(b, r, x));
                var share = Spread(b, b.Reduce(ReductionKind.Sum, b.Cast(isExtreme, ElementType.Real), Axes), x);
                return [b.Select(isExtreme, b.Divide(d, share), b.ConstantLike(x, 0))];
            case ReductionKind.All or ReductionKind.Any or ReductionKind.ArgMax or ReductionKind.ArgMin:
                return [null];
            default:
                throw new UnreachableException();
        }
    }

    public override Node? Batch(BatchRequest request) => request.Builder.Reduce(Kind, request.Inputs[0], [.. Axes.Select(a => a + 1)]);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var input = request.Node.Inputs[0].Shape;
        var axes = Axes.Select(a => request.FreshAxis($"r{a}", input[a])).ToImmutableArray();
        var kept = 0;
        ImmutableArray<ScalarExpression> index = [.. Enumerable.Range(0, input.Rank)
            .Select(a => Axes.Contains(a) ? new AxisValue(axes[Axes.IndexOf(a)]) : request.Index[kept++])];
        var body = request.Input(0, index);
        return axes.Length == 0 ? body : new Reduction(Kind, axes, body);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        var result = ReferenceTensor.Zeros(input.Element, request.ResultShape);
        Array.Fill(result.Values, Start(Kind, input.Element));
        var target = new int[result.Rank];
        IndexIteration.ForEach(input.Shape, index =>
        {
            for (int a = 0, kept = 0; a < index.Length; a++)
            {
                if (!Axes.Contains(a))
                {
                    target[kept++] = index[a];
                }
            }

            result[target] = Combine(Kind, result[target], input[index]);
        });
        return result;
    }

    /// <summary>The neutral element; for integer extrema the ends of 32 bits.</summary>
    public static double Start(ReductionKind kind, ElementType element) => kind switch
    {
        ReductionKind.Sum or ReductionKind.Any => 0,
        ReductionKind.Product or ReductionKind.All => 1,
        ReductionKind.Max => element == ElementType.Int ? int.MinValue : double.NegativeInfinity,
        ReductionKind.Min => element == ElementType.Int ? int.MaxValue : double.PositiveInfinity,
        _ => throw new UnreachableException(),
    };

    public static double Combine(ReductionKind kind, double a, double b) => kind switch
    {
        ReductionKind.Sum => a + b,
        ReductionKind.Product => a * b,
        ReductionKind.Max => double.IsNaN(b) ? b : Math.Max(a, b),
        ReductionKind.Min => double.IsNaN(b) ? b : Math.Min(a, b),
        ReductionKind.All => a != 0 && b != 0 ? 1 : 0,
        ReductionKind.Any => a != 0 || b != 0 ? 1 : 0,
        _ => throw new UnreachableException(),
    };

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(21);
        yield return new("sum of rows", new ReduceOperator(ReductionKind.Sum, [1]), [random.Real(5, 37)]);
        yield return new("sum of columns", new ReduceOperator(ReductionKind.Sum, [0]), [random.Real(19, 23)]);
        yield return new("sum of all", new ReduceOperator(ReductionKind.Sum, [0, 1]), [random.Real(3, 17)]);
        yield return new("sum of the middle", new ReduceOperator(ReductionKind.Sum, [1]), [random.Real(3, 5, 18)]);
        yield return new("channel sums", new ReduceOperator(ReductionKind.Sum, [0, 2, 3]), [random.Real(2, 3, 5, 4)]);
        yield return new("nothing", new ReduceOperator(ReductionKind.Sum, []), [random.Real(4)]);
        yield return new("product", new ReduceOperator(ReductionKind.Product, [1]), [random.Real(0.5, 1.5, 3, 7)]);
        yield return new("max", new ReduceOperator(ReductionKind.Max, [1]), [random.Real(5, 33)]);
        yield return new("min", new ReduceOperator(ReductionKind.Min, [0]), [random.Real(7, 5)]);
        yield return new("all", new ReduceOperator(ReductionKind.All, [0]), [random.Bool(3, 5)]);
        yield return new("any", new ReduceOperator(ReductionKind.Any, [1]), [random.Bool(5, 2)]);
        yield return new("int sum", new ReduceOperator(ReductionKind.Sum, [0]), [random.Int(-9, 9, 21)]);
    }

    public bool Equals(ReduceOperator? other) => other is not null && Kind == other.Kind && Axes.SequenceEqual(other.Axes);

    public override int GetHashCode() => Axes.Aggregate((int)Kind, HashCode.Combine);

    /// <summary>
    /// For each element the product of the others: what the non-zero ones multiply to, without the element itself, or 0 if another
    /// one is zero. Dividing the whole product by the element would be 0/0 there.
    /// </summary>
    private Node ProductOfOthers(GraphBuilder b, Node x)
    {
        var isZero = b.Compare(ScalarFunction.Equal, x, b.ConstantLike(x, 0));
        var nonZero = b.Select(isZero, b.ConstantLike(x, 1), x);
        var zero = b.Cast(isZero, ElementType.Real);
        var otherZeros = b.Subtract(Spread(b, b.Reduce(ReductionKind.Sum, zero, Axes), x), zero);
        var quotient = b.Divide(Spread(b, b.Reduce(ReductionKind.Product, nonZero, Axes), x), nonZero);
        return b.Select(b.Compare(ScalarFunction.Greater, otherZeros, b.ConstantLike(x, 0)), b.ConstantLike(x, 0), quotient);
    }

    private Node Spread(GraphBuilder b, Node reduced, Node like)
    {
        var kept = 0;
        return b.Broadcast(reduced, like.Shape, [.. Enumerable.Range(0, like.Type.Rank).Select(a => Axes.Contains(a) ? -1 : kept++)]);
    }
}
