using System.Collections.Immutable;
using System.Diagnostics;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Maximum or sum over moving windows of the spatial axes: x [N, C, size…] → [N, C, output…]. Padding takes no part: it is −∞
/// for the maximum and 0 for the sum.
/// </summary>
/// <param name="Kind"><see cref="ReductionKind.Max"/> or <see cref="ReductionKind.Sum"/>.</param>
public sealed record WindowReduceOperator(ReductionKind Kind, ImmutableArray<int> Kernel, ConvolutionGeometry Geometry) : Operator
{
    public override string Name => $"window_{Kind.ToString().ToLowerInvariant()}";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => inputs[0] with { Shape = Windows.OutputShape(inputs[0].Shape, Kernel, Geometry) };

    /// <summary>A sum gives its cotangent to every element of the window, a maximum to its first maximal element.</summary>
    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var (b, x) = (request.Builder, request.Inputs[0]);
        var sizes = new Shape(x.Shape.Skip(2));
        return Kind switch
        {
            ReductionKind.Sum => [b.Apply(new WindowSpreadOperator(Kernel, Geometry, sizes), request.Cotangent)],
            ReductionKind.Max => [b.Apply(new WindowScatterOperator(Kernel, Geometry, sizes), b.Apply(new WindowArgMaxOperator(Kernel, Geometry), x), request.Cotangent)],
            _ => throw new UnreachableException(),
        };
    }

    public override Node? Batch(BatchRequest request) => SampleFolding.Apply(this, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var taps = Windows.Taps(request, Kernel);
        var (position, guard) = WindowIndex.Positions(Geometry, request.Index[2..], Windows.Values(taps), request.Node.Inputs[0].Shape.Sizes[2..]);
        var element = request.Input(0, [request.Index[0], request.Index[1], .. position]);
        var outside = new RealConstant(ReduceOperator.Start(Kind, ElementType.Real));
        return new Reduction(Kind, taps, guard is null ? element : new Guarded(guard, element, outside));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        return IndexIteration.Build(ElementType.Real, request.ResultShape, index =>
        {
            var value = ReduceOperator.Start(Kind, ElementType.Real);
            Windows.ForEachInside(Kernel, Geometry, input.Shape, index, (x, _) => value = ReduceOperator.Combine(Kind, value, input[x]));
            return value;
        });
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from kind in new[] { ReductionKind.Max, ReductionKind.Sum }
        from s in Windows.SampleGeometries()
        select new OperatorSample($"{kind} {s.Title}", new WindowReduceOperator(kind, s.Kernel, s.Geometry), [new SampleValues(28).Real(s.Input)]);

    public bool Equals(WindowReduceOperator? other) =>
        other is not null && Kind == other.Kind && Geometry.Equals(other.Geometry) && Kernel.SequenceEqual(other.Kernel);

    public override int GetHashCode() => Kernel.Aggregate(Geometry.GetHashCode() + (int)Kind, HashCode.Combine);
}

/// <summary>The row-major position, within each window, of its first maximum. Int.</summary>
public sealed record WindowArgMaxOperator(ImmutableArray<int> Kernel, ConvolutionGeometry Geometry) : Operator
{
    public override string Name => "window_argmax";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(ElementType.Int, Windows.OutputShape(inputs[0].Shape, Kernel, Geometry));

    public override ImmutableArray<Node?> Gradient(GradientRequest request) => [null];

    public override Node? Batch(BatchRequest request) => SampleFolding.Apply(this, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var tap = request.FreshAxis("u", Kernel.Aggregate(1, (a, k) => a * k));
        var taps = Windows.Split(new AxisValue(tap), Kernel);
        var (position, guard) = WindowIndex.Positions(Geometry, request.Index[2..], taps, request.Node.Inputs[0].Shape.Sizes[2..]);
        var element = request.Input(0, [request.Index[0], request.Index[1], .. position]);
        return new Reduction(ReductionKind.ArgMax, [tap], guard is null ? element : new Guarded(guard, element, new RealConstant(double.NegativeInfinity)));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var input = request.Inputs[0];
        return IndexIteration.Build(ElementType.Int, request.ResultShape, index =>
        {
            var (best, at) = (double.NegativeInfinity, 0);
            Windows.ForEachInside(Kernel, Geometry, input.Shape, index, (x, tap) =>
            {
                if (input[x] > best)
                {
                    (best, at) = (input[x], tap);
                }
            });
            return at;
        });
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in Windows.SampleGeometries()
        select new OperatorSample(s.Title, new WindowArgMaxOperator(s.Kernel, s.Geometry), [new SampleValues(29).Real(s.Input)]);

    public bool Equals(WindowArgMaxOperator? other) => other is not null && Geometry.Equals(other.Geometry) && Kernel.SequenceEqual(other.Kernel);

    public override int GetHashCode() => Kernel.Aggregate(Geometry.GetHashCode(), HashCode.Combine);
}

/// <summary>The adjoint of a window sum: each element gets the sum of the windows it lies in. dy [N, C, output…] → [N, C, size…].</summary>
public sealed record WindowSpreadOperator(ImmutableArray<int> Kernel, ConvolutionGeometry Geometry, Shape Sizes) : Operator
{
    public override string Name => "window_spread";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real([.. inputs[0].Shape.Take(2), .. Sizes]);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [request.Builder.Apply(new WindowReduceOperator(ReductionKind.Sum, Kernel, Geometry), request.Cotangent)];

    public override Node? Batch(BatchRequest request) => SampleFolding.Apply(this, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        // Windows that do not overlap and leave nothing out: one window an element, no sum.
        if (Geometry.Strides.SequenceEqual(Kernel) && !Geometry.HasPadding && Geometry.Dilations.All(d => d == 1))
        {
            return Windows.OfTiles(request, Geometry, position => request.Input(0, position));
        }

        var taps = Windows.Taps(request, Kernel);
        var (position, guard) = WindowIndex.Outputs(Geometry, request.Index[2..], Windows.Values(taps), request.Node.Inputs[0].Shape.Sizes[2..]);
        return new Reduction(ReductionKind.Sum, taps, WindowIndex.Guard(guard, request.Input(0, [request.Index[0], request.Index[1], .. position])));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        IndexIteration.ForEach(request.Inputs[0].Shape, index =>
            Windows.ForEachInside(Kernel, Geometry, result.Shape, index, (x, _) => result[x] += request.Inputs[0][index]));
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in Windows.SampleGeometries()
        select new OperatorSample(s.Title, new WindowSpreadOperator(s.Kernel, s.Geometry, new Shape(s.Input.Skip(2).Select(d => (Dim)d))),
            [new SampleValues(30).Real(s.Output)]);

    public bool Equals(WindowSpreadOperator? other) =>
        other is not null && Geometry.Equals(other.Geometry) && Kernel.SequenceEqual(other.Kernel) && Sizes.Equals(other.Sizes);

    public override int GetHashCode() => Kernel.Aggregate(HashCode.Combine(Geometry, Sizes), HashCode.Combine);
}

/// <summary>Gives each window's value to the element its position names. Inputs: positions (int) and values, both [N, C, output…] → [N, C, size…].</summary>
public sealed record WindowScatterOperator(ImmutableArray<int> Kernel, ConvolutionGeometry Geometry, Shape Sizes) : Operator
{
    public override string Name => "window_scatter";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real([.. inputs[1].Shape.Take(2), .. Sizes]);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [null, request.Builder.Apply(new WindowPickOperator(Kernel, Geometry), request.Inputs[0], request.Cotangent)];

    public override Node? Batch(BatchRequest request) => SampleFolding.Apply(this, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        if (Geometry.Strides.SequenceEqual(Kernel) && !Geometry.HasPadding && Geometry.Dilations.All(d => d == 1))
        {
            var tap = Enumerable.Range(0, Kernel.Length).Aggregate((ScalarExpression)new IntConstant(0), (t, s) =>
                IndexMath.Add(IndexMath.Multiply(t, Kernel[s]), IndexMath.Modulo(request.Index[2 + s], Kernel[s])));
            return Windows.OfTiles(request, Geometry, position => Chosen(request, position, tap));
        }

        var taps = Windows.Taps(request, Kernel);
        var (positions, guard) = WindowIndex.Outputs(Geometry, request.Index[2..], Windows.Values(taps), request.Node.Inputs[0].Shape.Sizes[2..]);
        var flat = Enumerable.Range(0, Kernel.Length).Aggregate((ScalarExpression)new IntConstant(0), (t, s) =>
            IndexMath.Add(IndexMath.Multiply(t, Kernel[s]), new AxisValue(taps[s])));
        return new Reduction(ReductionKind.Sum, taps,
            WindowIndex.Guard(guard, Chosen(request, [request.Index[0], request.Index[1], .. positions], flat)));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        IndexIteration.ForEach(request.Inputs[1].Shape, index =>
            Windows.ForEachInside(Kernel, Geometry, result.Shape, index, (x, tap) =>
                result[x] += request.Inputs[0][index] == tap ? request.Inputs[1][index] : 0));
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from s in Windows.SampleGeometries()
        let random = new SampleValues(31)
        let count = s.Kernel.Aggregate(1, (a, k) => a * k)
        select new OperatorSample(s.Title, new WindowScatterOperator(s.Kernel, s.Geometry, new Shape(s.Input.Skip(2).Select(d => (Dim)d))),
            [random.Int(0, count, s.Output), random.Real(s.Output)]);

    public bool Equals(WindowScatterOperator? other) =>
        other is not null && Geometry.Equals(other.Geometry) && Kernel.SequenceEqual(other.Kernel) && Sizes.Equals(other.Sizes);

    public override int GetHashCode() => Kernel.Aggregate(HashCode.Combine(Geometry, Sizes, 1), HashCode.Combine);

    private static Apply Chosen(LoweringRequest request, ImmutableArray<ScalarExpression> position, ScalarExpression tap) =>
        new(ScalarFunction.Select, [IndexMath.IsEqual(request.Input(0, position), tap), request.Input(1, position), new RealConstant(0)], ElementType.Real);
}

/// <summary>The element of each window that its position names; 0 where that lies in the padding. Inputs: positions [N, C, output…], x [N, C, size…].</summary>
public sealed record WindowPickOperator(ImmutableArray<int> Kernel, ConvolutionGeometry Geometry) : Operator
{
    public override string Name => "window_pick";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(inputs[0].Shape);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [null, request.Builder.Apply(new WindowScatterOperator(Kernel, Geometry, new Shape(request.Inputs[1].Shape.Skip(2))), request.Inputs[0], request.Cotangent)];

    public override Node? Batch(BatchRequest request) => SampleFolding.Apply(this, request);

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var taps = Windows.Split(request.Input(0, request.Index), Kernel);
        var (position, guard) = WindowIndex.Positions(Geometry, request.Index[2..], taps, request.Node.Inputs[1].Shape.Sizes[2..]);
        return WindowIndex.Guard(guard, request.Input(1, [request.Index[0], request.Index[1], .. position]));
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request) =>
        IndexIteration.Build(ElementType.Real, request.ResultShape, index =>
        {
            var value = 0.0;
            Windows.ForEachInside(Kernel, Geometry, request.Inputs[1].Shape, index, (x, tap) =>
                value = request.Inputs[0][index] == tap ? request.Inputs[1][x] : value);
            return value;
        });

    public override IEnumerable<OperatorSample> Samples() =>
        from s in Windows.SampleGeometries()
        let random = new SampleValues(32)
        let count = s.Kernel.Aggregate(1, (a, k) => a * k)
        select new OperatorSample(s.Title, new WindowPickOperator(s.Kernel, s.Geometry), [random.Int(0, count, s.Output), random.Real(s.Input)]);

    public bool Equals(WindowPickOperator? other) => other is not null && Geometry.Equals(other.Geometry) && Kernel.SequenceEqual(other.Kernel);

    public override int GetHashCode() => Kernel.Aggregate(HashCode.Combine(Geometry, 2), HashCode.Combine);
}
