using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Graph.Tests.Differentiation;

/// <summary>Every sample of every operator, differentiated and compared with finite differences.</summary>
public sealed class GradientConformanceTests
{
    /// <summary>What has no derivative by nature: constants, positions and random draws, and what stops gradients.</summary>
    private static readonly ImmutableHashSet<string> s_withoutDerivative =
    [
        nameof(ArgReduceOperator), nameof(ArgSortOperator), nameof(FillOperator), nameof(IotaOperator), nameof(LiteralOperator),
        nameof(RandomUniformOperator), nameof(SizeOperator), nameof(StopGradientOperator), nameof(WindowArgMaxOperator),
    ];

    public static TheoryData<string> Operators =>
    [
        .. typeof(Operator).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && t != typeof(InputOperator) && t != typeof(StepInputOperator) && !s_withoutDerivative.Contains(t.Name))
            .Select(t => t.Name).Order(),
    ];

    public static TheoryData<string> FurtherTitles => [.. FurtherSamples().Select(s => s.Title)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Gradients_agree_with_differences(string type)
    {
        var found = typeof(Operator).Assembly.GetTypes().Single(t => t.Name == type);
        var samples = ((Operator)RuntimeHelpers.GetUninitializedObject(found)).Samples().Where(FiniteDifferences.IsDifferentiable).ToArray();
        Assert.NotEmpty(samples);
        Assert.Empty(samples.SelectMany(s => FiniteDifferences.Mismatches(s)));
    }

    [Theory]
    [MemberData(nameof(FurtherTitles))]
    public void Gradients_of_further_samples_agree_with_differences(string title) =>
        Assert.Empty(FiniteDifferences.Mismatches(FurtherSamples().Single(s => s.Title == title)));

    [Fact]
    public void A_wrong_rule_is_found()
    {
        var x = new SampleValues(61).Real(5, 7);
        var tanh = new ElementwiseOperator(ScalarFunction.Tanh);
        Assert.Empty(FiniteDifferences.Mismatches(new("as it is", new WithRule(tanh, tanh.Gradient), [x])));
        var slightlyTooLarge = new WithRule(tanh, r => [r.Builder.Multiply(tanh.Gradient(r)[0]!, r.Builder.ConstantLike(r.Node, 1.00001))]);
        Assert.NotEmpty(FiniteDifferences.Mismatches(new("too large", slightlyTooLarge, [x])));
        Assert.NotEmpty(FiniteDifferences.Mismatches(new("no rule", new WithRule(tanh, _ => [null]), [x])));
    }

    [Fact]
    public void A_rule_that_swaps_its_operands_is_found()
    {
        var random = new SampleValues(62);
        var divide = new ElementwiseOperator(ScalarFunction.Divide);
        var swapped = new WithRule(divide, r => [divide.Gradient(r)[1], divide.Gradient(r)[0]]);
        Assert.NotEmpty(FiniteDifferences.Mismatches(new("swapped", swapped, [random.Real(0.5, 2, 7), random.Real(0.5, 2, 7)])));
    }

    [Fact]
    public void A_rule_that_misses_a_single_element_is_found()
    {
        var reduce = new ReduceOperator(ReductionKind.Sum, [0]);
        var missing = new WithRule(reduce, r =>
        {
            var b = r.Builder;
            return [b.Pad(b.Slice(reduce.Gradient(r)[0]!, 0, 0, 30), 0, 0, 1, 0)];
        });
        Assert.NotEmpty(FiniteDifferences.Mismatches(new("missing", missing, [new SampleValues(63).Real(31)])));
    }

    [Fact]
    public void Nothing_flows_through_a_stopped_gradient()
    {
        var mismatches = FiniteDifferences.Mismatches(new("stop", new StopGradientOperator(), [new SampleValues(64).Real(1)]));
        Assert.All(mismatches, m => Assert.Contains(" is 0,", m, StringComparison.Ordinal));
        Assert.NotEmpty(mismatches);
    }

    /// <summary>Values at which a rule's plain formula would fail, and axes in unusual orders.</summary>
    private static IEnumerable<OperatorSample> FurtherSamples()
    {
        var random = new SampleValues(65);
        yield return new("product with a zero", new ReduceOperator(ReductionKind.Product, [1]), [Tensor([2, 3], [0.7, 0, -1.3, 1.1, 0.9, -0.6])]);
        yield return new("product with two zeros", new ReduceOperator(ReductionKind.Product, [0]), [Tensor([4], [0, 0.8, 0, -1.2])]);
        yield return new("maximum over two axes", new ReduceOperator(ReductionKind.Max, [0, 2]), [random.Real(3, 5, 7)]);
        yield return new("real modulo", new ElementwiseOperator(ScalarFunction.Modulo), [Tensor([4], [5.3, -2.1, 0.4, 7.7]), Tensor([4], [2.2, 1.3, 3.1, -2.5])]);
        yield return new("broadcast that drops a unit axis", new BroadcastOperator(new Shape(5, 7), [-1, 0]), [random.Real(7, 1)]);
        yield return new("stretch of a broadcast", new BroadcastOperator(new Shape(2, 5, 7), [-1, 0, 1]), [random.Real(5, 1)]);
        yield return new("labels in no order", new ContractOperator([3, 0, 5], [5, 2, 3], [2, 3, 0]), [random.Real(3, 2, 5), random.Real(5, 7, 3)]);
        yield return new("summed out on both sides", new ContractOperator([0, 1], [2, 3], [2, 0]), [random.Real(3, 5), random.Real(2, 7)]);
        yield return new("dilated, strided, grouped", new ConvolveOperator(new([2, 3], [2, 1], [1, 2], [2, 3], 2)), [random.Real(2, 4, 11, 13), random.Real(6, 2, 3, 2)]);
        foreach (var exponent in new[] { 0, 1, 2, 3, -1.0 })
        {
            yield return new($"power {exponent}", new WithRule(new ElementwiseOperator(ScalarFunction.Power), PowerOf(exponent)) { Constant = exponent }, [Tensor([3], [-1.4, 0.6, 1.9])]);
        }

        yield return new("square at zero", new WithRule(new ElementwiseOperator(ScalarFunction.Power), PowerOf(2)) { Constant = 2 }, [Tensor([1], [0])]);
        yield return new("zeroth power at zero", new WithRule(new ElementwiseOperator(ScalarFunction.Power), PowerOf(0)) { Constant = 0 }, [Tensor([1], [0])]);
    }

    private static Func<GradientRequest, ImmutableArray<Node?>> PowerOf(double exponent) => request =>
    {
        var (b, x) = (request.Builder, request.Inputs[0]);
        var power = b.Apply(new ElementwiseOperator(ScalarFunction.Power), x, b.ConstantLike(x, exponent));
        return [power.Operator.Gradient(request with { Node = power })[0]];
    };

    private static ReferenceTensor Tensor(int[] shape, double[] values) => new(ElementType.Real, shape, values);

    /// <summary>An operator with another gradient rule, and with a constant as last operand where one is given.</summary>
    private sealed record WithRule(Operator Inner, Func<GradientRequest, ImmutableArray<Node?>> Rule) : Operator
    {
        public double? Constant { get; init; }

        public override string Name => Inner.Name;

        public override TensorType Infer(ImmutableArray<TensorType> inputs) => Inner.Infer(inputs);

        public override ImmutableArray<Node?> Gradient(GradientRequest request) => Rule(request);

        public override Node? Batch(BatchRequest request) => null;

        public override ScalarExpression Lower(LoweringRequest request) => Inner.Lower(request);

        public override ReferenceTensor Evaluate(EvaluationRequest request)
        {
            if (Constant is not { } constant)
            {
                return Inner.Evaluate(request);
            }

            var filled = ReferenceTensor.Zeros(ElementType.Real, request.Inputs[0].Shape);
            Array.Fill(filled.Values, constant);
            return Inner.Evaluate(request with { Inputs = request.Inputs.Add(filled) });
        }

        public override IEnumerable<OperatorSample> Samples() => [];
    }
}
