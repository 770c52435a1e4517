using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// result[b…, i…, rest…] = data[b…, indices[b…, i…], rest…]: takes slices along the axis after <paramref name="BatchAxes"/>
/// leading axes that both operands share. Indices outside the axis are the caller's fault and read its nearest end.
/// </summary>
public sealed record GatherOperator(int BatchAxes) : Operator
{
    public override string Name => "gather";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) =>
        inputs[0] with { Shape = new Shape(inputs[1].Shape.Concat(inputs[0].Shape.Skip(BatchAxes + 1))) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [
            request.Inputs[0].Element == ElementType.Real
                ? request.Builder.Apply(new ScatterAddOperator(BatchAxes, request.Inputs[0].Shape[BatchAxes]), request.Cotangent, request.Inputs[1])
                : null,
            null,
        ];

    /// <summary>Of one table, the slices for all positions at once; of a table a position, each its own.</summary>
    public override Node? Batch(BatchRequest request)
    {
        var (b, data, indices) = (request.Builder, request.Inputs[0], request.Inputs[1]);
        if (request.IsBatched[0])
        {
            return request.Apply(new GatherOperator(BatchAxes + 1));
        }

        // The new axis stands after the shared ones, where it is one more axis of the indices.
        var gathered = b.Gather(data, b.Transpose(indices, AxisOrder.Moved(indices.Type.Rank, 0, BatchAxes)), BatchAxes);
        return b.Transpose(gathered, AxisOrder.Moved(gathered.Type.Rank, BatchAxes, 0));
    }

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var indexRank = request.Node.Inputs[1].Type.Rank;
        var size = request.Node.Inputs[0].Shape[BatchAxes];
        var position = request.Input(1, request.Index[..indexRank]);
        var clamped = new Apply(ScalarFunction.Maximum,
            [new IntConstant(0), new Apply(ScalarFunction.Minimum, [position, IndexMath.Constant(size - 1)], ElementType.Int)], ElementType.Int);
        return request.Input(0, [.. request.Index[..BatchAxes], clamped, .. request.Index[indexRank..]]);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var (data, indices) = (request.Inputs[0], request.Inputs[1]);
        return IndexIteration.Build(data.Element, request.ResultShape, index =>
        {
            var position = (int)indices[index[..indices.Rank]];
            return data[[.. index[..BatchAxes], Math.Clamp(position, 0, data.Shape[BatchAxes] - 1), .. index[indices.Rank..]]];
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(19);
        yield return new("rows", new GatherOperator(0), [random.Real(5, 7), random.Int(0, 5, 3, 2)]);
        yield return new("one of each row", new GatherOperator(1), [random.Real(6, 5), random.Int(0, 5, 6)]);
        yield return new("elements", new GatherOperator(0), [random.Real(11), random.Int(0, 11, 4)]);
    }
}

/// <summary>The adjoint of <see cref="GatherOperator"/>: adds each slice into the row its index names. Inputs: slices, indices.</summary>
public sealed record ScatterAddOperator(int BatchAxes, Dim Size) : Operator
{
    public override string Name => "scatter_add";

    public override TensorType Infer(ImmutableArray<TensorType> inputs)
    {
        var rest = inputs[0].Shape.Skip(inputs[1].Rank);
        return TensorType.Real(inputs[1].Shape.Take(BatchAxes).Append(Size).Concat(rest));
    }

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Builder.Apply(new GatherOperator(BatchAxes), request.Cotangent, request.Inputs[1]), null];

    public override Node? Batch(BatchRequest request) => request.Apply(this with { BatchAxes = BatchAxes + 1 });

    /// <summary>Σ over every index position of the slice whose index names this row: one pass a row, which is why big tables are lowered as a loop of additions instead.</summary>
    public override ScalarExpression Lower(LoweringRequest request)
    {
        var indices = request.Node.Inputs[1].Type;
        var axes = Enumerable.Range(BatchAxes, indices.Rank - BatchAxes)
            .Select(a => request.FreshAxis($"g{a}", indices.Shape[a])).ToImmutableArray();
        ImmutableArray<ScalarExpression> position = [.. request.Index[..BatchAxes], .. axes.Select(a => new AxisValue(a))];
        var isHere = IndexMath.IsEqual(request.Input(1, position), request.Index[BatchAxes]);
        var slice = request.Input(0, [.. position, .. request.Index[(BatchAxes + 1)..]]);
        var body = new Guarded(isHere, slice, new RealConstant(0));
        return axes.Length == 0 ? body : new Reduction(ReductionKind.Sum, axes, body);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var (slices, indices) = (request.Inputs[0], request.Inputs[1]);
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        IndexIteration.ForEach(slices.Shape, index =>
        {
            var position = (int)indices[index[..indices.Rank]];
            if (position >= 0 && position < result.Shape[BatchAxes])
            {
                result[[.. index[..BatchAxes], position, .. index[indices.Rank..]]] += slices[index];
            }
        });
        return result;
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(20);
        yield return new("rows", new ScatterAddOperator(0, 5), [random.Real(3, 2, 7), random.Int(0, 5, 3, 2)]);
        yield return new("one of each row", new ScatterAddOperator(1, 5), [random.Real(6), random.Int(0, 5, 6)]);
    }
}
