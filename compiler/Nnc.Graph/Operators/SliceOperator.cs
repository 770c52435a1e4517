using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>Elements <c>Start + i·Step</c>, i &lt; <c>Length</c>, of one axis; the step is positive.</summary>
public sealed record SliceOperator(int Axis, Dim Start, Dim Length, int Step = 1) : Operator
{
    public override string Name => "slice";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0] with { Shape = inputs[0].Shape.With(Axis, Length) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var input = request.Inputs[0];
        if (input.Element != ElementType.Real)
        {
            return [null];
        }

        var b = request.Builder;
        if (Step == 1)
        {
            return [b.Pad(request.Cotangent, Axis, Start, input.Shape[Axis] - Start - Length, 0)];
        }

        return [b.Apply(new SliceGradientOperator(Axis, Start, Length, Step, input.Shape[Axis]), request.Cotangent)];
    }

    public override Node? Batch(BatchRequest request) => request.Builder.Slice(request.Inputs[0], Axis + 1, Start, Length, Step);

    public override ScalarExpression Lower(LoweringRequest request) =>
        request.Input(0, request.Index.SetItem(Axis, IndexMath.Add(IndexMath.Multiply(request.Index[Axis], Step), Start)));

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var start = checked((int)Start.Evaluate(request.Sizes));
        return IndexIteration.Build(request.Inputs[0].Element, request.ResultShape, index =>
        {
            var source = (int[])index.Clone();
            source[Axis] = start + index[Axis] * Step;
            return request.Inputs[0][source];
        });
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(14);
        yield return new("middle", new SliceOperator(1, 2, 5), [random.Real(3, 11)]);
        yield return new("one", new SliceOperator(0, 2, 1), [random.Real(3, 11)]);
        yield return new("every third", new SliceOperator(1, 1, 4, 3), [random.Real(2, 13)]);
    }
}

/// <summary>The adjoint of a slice with a step: cotangents at their places, zeros between.</summary>
public sealed record SliceGradientOperator(int Axis, Dim Start, Dim Length, int Step, Dim Size) : Operator
{
    public override string Name => "slice_gradient";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0] with { Shape = inputs[0].Shape.With(Axis, Size) };

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [request.Builder.Slice(request.Cotangent, Axis, Start, Length, Step)];

    public override Node? Batch(BatchRequest request) => request.Apply(this with { Axis = Axis + 1 });

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var shifted = IndexMath.Subtract(request.Index[Axis], Start);
        var position = IndexMath.FloorDivide(shifted, Step);
        var isTaken = IndexMath.And(IndexMath.InRange(position, Length), IndexMath.IsEqual(IndexMath.Modulo(shifted, Step), new IntConstant(0)));
        return new Guarded(isTaken, request.Input(0, request.Index.SetItem(Axis, position)), new RealConstant(0));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var start = checked((int)Start.Evaluate(request.Sizes));
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        IndexIteration.ForEach(request.Inputs[0].Shape, index =>
        {
            var target = (int[])index.Clone();
            target[Axis] = start + index[Axis] * Step;
            result[target] = request.Inputs[0][index];
        });
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        [new("every third", new SliceGradientOperator(1, 1, 4, 3, 13), [new SampleValues(15).Real(2, 4)])];
}
