using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;

namespace Nnc.Graph.Operators;

/// <summary>
/// Elements of a tensor at positions computed from the result's index: result[v…] = x[p₀(v), p₁(v), …], each position affine
/// in v or read from an int tensor over v. Every index equation's <c>x[n, c, i + u, j + v]</c> and <c>lp[n, y[n]]</c> is this.
/// </summary>
/// <param name="Result">A size for each index variable.</param>
/// <param name="Positions">A position for each axis of x.</param>
public sealed record AccessOperator(Shape Result, ImmutableArray<AccessPosition> Positions) : Operator
{
    public override string Name => $"access [{string.Join(", ", Positions)}]";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => new(inputs[0].Element, Result);

    public override ImmutableArray<Node?> Gradient(GradientRequest request)
    {
        var none = request.Inputs.Skip(1).Select(_ => (Node?)null);
        return request.Inputs[0].Element != ElementType.Real
            ? [null, .. none]
            : [request.Builder.Apply(new AccessGradientOperator(request.Inputs[0].Shape, Positions), [request.Cotangent, .. request.Inputs.Skip(1)]), .. none];
    }

    /// <summary>The new axis is one more index variable, and where x has the axis, its position there.</summary>
    public override Node? Batch(BatchRequest request)
    {
        var positions = AccessPosition.WithLeadingVariable(Positions, Result.Rank, isPosition: request.IsBatched[0]);
        var ints = Enumerable.Range(1, request.Inputs.Length - 1).Select(request.Batched);
        return request.Builder.Apply(new AccessOperator(request.Batched(Result), positions), [request.Inputs[0], .. ints]);
    }

    public override ScalarExpression Lower(LoweringRequest request) =>
        request.Input(0, [.. Positions.Select((p, a) => p.Lower(request.Index, k => request.Input(k, request.Index), request.Node.Inputs[0].Shape[a]))]);

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var x = request.Inputs[0];
        return IndexIteration.Build(x.Element, request.ResultShape, index =>
            x[[.. Positions.Select((p, a) => p.Evaluate(index, request, x.Shape[a]))]]);
    }

    public override IEnumerable<OperatorSample> Samples()
    {
        var random = new SampleValues(40);
        yield return new("window", new AccessOperator(new Shape(3, 4, 2, 3), [new([1, 0, 1, 0], 0), new([0, 1, 0, 1], 0)]), [random.Real(4, 6)]);
        yield return new("diagonal", new AccessOperator(new Shape(5), [new([1], 0), new([1], 0)]), [random.Real(5, 5)]);
        yield return new("strided", new AccessOperator(new Shape(4), [new([3], 1)]), [random.Real(11)]);
        yield return new("heads", new AccessOperator(new Shape(2, 3, 4), [new([1, 0, 0], 0), new([0, 4, 1], 0)]), [random.Real(2, 12)]);
        yield return new("quotient", new AccessOperator(new Shape(2, 6), [new([1, 0], 0), new([0, 1], 0) { Divisor = 3 }]), [random.Real(2, 2)]);
        yield return new("named by ints", new AccessOperator(new Shape(6), [new([1], 0), AccessPosition.FromInput(1, 1)]), [random.Real(6, 5), random.Int(0, 5, 6)]);
        yield return new("repeated", new AccessOperator(new Shape(3, 5), [new([0, 1], 0)]), [random.Real(5)]);
    }

    public bool Equals(AccessOperator? other) => other is not null && Result.Equals(other.Result) && Positions.SequenceEqual(other.Positions);

    public override int GetHashCode() => Positions.Aggregate(Result.GetHashCode(), HashCode.Combine);
}

/// <summary>
/// ⌊(Σ coefficient·variable + offset) / divisor⌋ mod modulus (0 for none), or the element of input <see cref="Source"/> at the result's index.
/// </summary>
public sealed record AccessPosition(ImmutableArray<long> Coefficients, Dim Offset)
{
    /// <summary>The input that names the position; 0 for a computed one.</summary>
    public int Source { get; init; }

    public long Divisor { get; init; } = 1;

    public long Modulus { get; init; }

    /// <summary>Whether the position is affine in the variables.</summary>
    public bool IsAffine => Source == 0 && Divisor == 1 && Modulus == 0;

    public static AccessPosition FromInput(int input, int rank) => new([.. Enumerable.Repeat(0L, rank)], Dim.Zero) { Source = input };

    /// <summary>The positions over one more index variable before the others, which may itself be the position on a new first axis.</summary>
    public static ImmutableArray<AccessPosition> WithLeadingVariable(ImmutableArray<AccessPosition> positions, int rank, bool isPosition)
    {
        var shifted = positions.Select(p => p with { Coefficients = p.Coefficients.Insert(0, 0) });
        return isPosition ? [new([1, .. Enumerable.Repeat(0L, rank)], Dim.Zero), .. shifted] : [.. shifted];
    }

    public ScalarExpression Lower(ImmutableArray<ScalarExpression> index, Func<int, ScalarExpression> input, Dim size)
    {
        if (Source > 0)
        {
            return new Apply(ScalarFunction.Maximum,
                [new IntConstant(0), new Apply(ScalarFunction.Minimum, [input(Source), IndexMath.Constant(size - 1)], ElementType.Int)], ElementType.Int);
        }

        var position = Affine(index);
        position = Divisor == 1 ? position : IndexMath.FloorDivide(position, Divisor);
        return Modulus == 0 ? position : IndexMath.Modulo(position, Modulus);
    }

    /// <summary>The part before division.</summary>
    public ScalarExpression Affine(ImmutableArray<ScalarExpression> index)
    {
        ScalarExpression sum = IndexMath.Constant(Offset);
        for (var v = 0; v < Coefficients.Length; v++)
        {
            if (Coefficients[v] != 0)
            {
                sum = IndexMath.Add(IndexMath.Multiply(index[v], Coefficients[v]), sum);
            }
        }

        return sum;
    }

    public int Evaluate(int[] index, EvaluationRequest request, int size)
    {
        if (Source > 0)
        {
            return Math.Clamp((int)request.Inputs[Source][index], 0, size - 1);
        }

        var sum = Offset.Evaluate(request.Sizes) + Coefficients.Select((c, v) => c * index[v]).Sum();
        var position = (long)Math.Floor((double)sum / Divisor);
        return checked((int)(Modulus == 0 ? position : position - Modulus * (long)Math.Floor((double)position / Modulus)));
    }

    public bool Equals(AccessPosition? other) =>
        other is not null && Source == other.Source && Divisor == other.Divisor && Modulus == other.Modulus && Offset == other.Offset
        && Coefficients.SequenceEqual(other.Coefficients);

    public override int GetHashCode() => Coefficients.Aggregate(HashCode.Combine(Source, Divisor, Modulus, Offset), HashCode.Combine);

    public override string ToString() => Source > 0 ? $"input {Source}"
        : string.Join("+", Coefficients.Select((c, v) => (c, v)).Where(t => t.c != 0).Select(t => t.c == 1 ? $"v{t.v}" : $"{t.c}·v{t.v}").Append(Offset == Dim.Zero ? "" : Offset.ToString()).Where(t => t.Length > 0).DefaultIfEmpty("0"))
            + (Divisor == 1 ? "" : $" / {Divisor}") + (Modulus == 0 ? "" : $" % {Modulus}");
}

/// <summary>
/// The adjoint of <see cref="AccessOperator"/>: each element of x gets the sum over all index values that read it. A variable
/// that some position determines is solved for; the rest are summed over, under the condition that the positions agree.
/// Inputs: the cotangent, then the int tensors of the access.
/// </summary>
/// <param name="Input">The shape of x.</param>
public sealed record AccessGradientOperator(Shape Input, ImmutableArray<AccessPosition> Positions) : Operator
{
    public override string Name => $"access_gradient [{string.Join(", ", Positions)}]";

    public override TensorType Infer(ImmutableArray<TensorType> inputs) => TensorType.Real(Input);

    public override ImmutableArray<Node?> Gradient(GradientRequest request) =>
        [
            request.Builder.Apply(new AccessOperator(request.Inputs[0].Shape, Positions), [request.Cotangent, .. request.Inputs.Skip(1)]),
            .. request.Inputs.Skip(1).Select(_ => (Node?)null),
        ];

    public override Node? Batch(BatchRequest request)
    {
        var positions = AccessPosition.WithLeadingVariable(Positions, request.Node.Inputs[0].Type.Rank, isPosition: true);
        return request.Apply(new AccessGradientOperator(request.Batched(Input), positions));
    }

    public override ScalarExpression Lower(LoweringRequest request)
    {
        var variables = request.Node.Inputs[0].Shape;
        var solved = Solve(variables.Rank);
        var value = new ScalarExpression[variables.Rank];
        var axes = ImmutableArray.CreateBuilder<Axis>();
        for (var v = 0; v < variables.Rank; v++)
        {
            if (!solved.ContainsValue(v))
            {
                var axis = request.FreshAxis($"v{v}", variables[v]);
                axes.Add(axis);
                value[v] = new AxisValue(axis);
            }
        }

        // A solved variable: (index − offset − Σ other terms) / coefficient, which must divide and lie in range.
        ScalarExpression? guard = null;
        foreach (var (a, v) in solved)
        {
            var position = Positions[a];
            var rest = position with { Coefficients = position.Coefficients.SetItem(v, 0) };
            var numerator = IndexMath.Subtract(request.Index[a], rest.Affine([.. value.Select(x => x ?? new IntConstant(0))]));
            var coefficient = position.Coefficients[v];
            value[v] = coefficient == 1 ? numerator : IndexMath.FloorDivide(numerator, coefficient);
            if (coefficient != 1)
            {
                guard = WindowIndex.And(guard, IndexMath.IsEqual(IndexMath.Modulo(numerator, coefficient), new IntConstant(0)));
            }

            if (coefficient != 1 || rest.Offset != Dim.Zero || rest.Coefficients.Any(c => c != 0) || Input[a] != variables[v])
            {
                guard = WindowIndex.And(guard, IndexMath.InRange(value[v], variables[v]));
            }
        }

        ImmutableArray<ScalarExpression> index = [.. value];
        ScalarExpression body = request.Input(0, index);
        for (var a = 0; a < Positions.Length; a++)
        {
            if (!solved.ContainsKey(a))
            {
                var position = Positions[a].Lower(index, k => request.Input(k, index), Input[a]);
                guard = WindowIndex.And(guard, IndexMath.IsEqual(position, request.Index[a]));
            }
        }

        body = WindowIndex.Guard(guard, body);
        return axes.Count == 0 ? body : new Reduction(ReductionKind.Sum, axes.ToImmutable(), body);
    }

    public override ReferenceTensor Evaluate(EvaluationRequest request)
    {
        var result = ReferenceTensor.Zeros(ElementType.Real, request.ResultShape);
        IndexIteration.ForEach(request.Inputs[0].Shape, index =>
            result[[.. Positions.Select((p, a) => p.Evaluate(index, request, result.Shape[a]))]] += request.Inputs[0][index]);
        return result;
    }

    public override IEnumerable<OperatorSample> Samples() =>
        from sample in new AccessOperator(Shape.Scalar, []).Samples()
        let access = (AccessOperator)sample.Operator
        select new OperatorSample(sample.Title, new AccessGradientOperator(new Shape(sample.Inputs[0].Shape.Select(s => (Dim)s)), access.Positions),
            [new SampleValues(41).Real([.. access.Result.Select(s => (int)s.ConstantValue)]), .. sample.Inputs.Skip(1)]);

    public bool Equals(AccessGradientOperator? other) => other is not null && Input.Equals(other.Input) && Positions.SequenceEqual(other.Positions);

    public override int GetHashCode() => Positions.Aggregate(HashCode.Combine(Input, 7), HashCode.Combine);

    /// <summary>
    /// For each affine position one variable of its own whose coefficient is positive, the plainest positions first. A variable
    /// is solved once, after every solved variable that its position's other terms mention.
    /// </summary>
    private Dictionary<int, int> Solve(int variables)
    {
        var solved = new Dictionary<int, int>();
        var order = Enumerable.Range(0, Positions.Length).Where(a => Positions[a].IsAffine)
            .OrderBy(a => Positions[a].Coefficients.Count(c => c != 0));
        foreach (var a in order)
        {
            var candidates = Enumerable.Range(0, variables)
                .Where(v => Positions[a].Coefficients[v] > 0 && !solved.ContainsValue(v) && !IsMentioned(v, solved.Keys))
                .OrderBy(v => Positions[a].Coefficients[v]);
            foreach (var v in candidates.Take(1))
            {
                solved[a] = v;
            }
        }

        return solved;
    }

    /// <summary>Whether an earlier solution needs the variable.</summary>
    private bool IsMentioned(int variable, IEnumerable<int> positions) => positions.Any(a => Positions[a].Coefficients[variable] != 0);
}
