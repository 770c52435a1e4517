using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Graph.Tests.Batching;

/// <summary>Every sample of every operator, batched over each subset of its inputs and compared with single evaluations.</summary>
public sealed class BatchingConformanceTests
{
    /// <summary>Operators without inputs, which are the same at every position: no rule is ever asked for.</summary>
    private static readonly ImmutableHashSet<string> s_withoutInputs =
        [nameof(FillOperator), nameof(InputOperator), nameof(IotaOperator), nameof(LiteralOperator), nameof(SizeOperator), nameof(StepInputOperator)];

    /// <summary>Recurrences, whose nodes are one loop together: a rule for a single node would part them.</summary>
    private static readonly ImmutableHashSet<string> s_withoutRule = [nameof(FinalStateOperator), nameof(ScanOperator)];

    public static TheoryData<string> Operators =>
    [
        .. typeof(Operator).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && !s_withoutInputs.Contains(t.Name) && !s_withoutRule.Contains(t.Name))
            .Select(t => t.Name).Order(),
    ];

    [Theory]
    [MemberData(nameof(Operators))]
    public void All_positions_at_once_equal_each_alone(string type) => Assert.Empty(Mismatches(type, positions: 2, twice: false));

    [Theory]
    [MemberData(nameof(Operators))]
    public void One_position_is_no_exception(string type) => Assert.Empty(Mismatches(type, positions: 1, twice: false));

    [Theory]
    [MemberData(nameof(Operators))]
    public void What_a_rule_makes_can_be_batched_again(string type) => Assert.Empty(Mismatches(type, positions: 2, twice: true));

    [Fact]
    public void A_wrong_rule_is_found()
    {
        var x = new SampleValues(71).Real(3, 3);
        var transpose = new TransposeOperator([1, 0]);
        Assert.Empty(StackedEvaluation.Mismatches(new("as it is", new WithRule(transpose, transpose.Batch), [x]), [true], 3, twice: false));
        var untouched = new WithRule(transpose, r => r.Builder.Transpose(r.Inputs[0], [0, 1, 2]));
        Assert.NotEmpty(StackedEvaluation.Mismatches(new("untouched", untouched, [x]), [true], 3, twice: false));
        Assert.NotEmpty(StackedEvaluation.Mismatches(new("no rule", new WithRule(transpose, _ => null), [x]), [true], 3, twice: false));
    }

    private static IEnumerable<string> Mismatches(string type, int positions, bool twice)
    {
        var found = typeof(Operator).Assembly.GetTypes().Single(t => t.Name == type);
        var samples = ((Operator)RuntimeHelpers.GetUninitializedObject(found)).Samples().ToArray();
        Assert.NotEmpty(samples);
        return from sample in samples
               from subset in Enumerable.Range(1, (1 << sample.Inputs.Length) - 1)
               let isBatched = Enumerable.Range(0, sample.Inputs.Length).Select(k => (subset >> k & 1) == 1).ToImmutableArray()
               from mismatch in StackedEvaluation.Mismatches(sample, isBatched, positions, twice)
               select mismatch;
    }

    /// <summary>An operator with another batching rule.</summary>
    private sealed record WithRule(Operator Inner, Func<BatchRequest, Node?> Rule) : Operator
    {
        public override string Name => Inner.Name;

        public override TensorType Infer(ImmutableArray<TensorType> inputs) => Inner.Infer(inputs);

        public override ImmutableArray<Node?> Gradient(GradientRequest request) => Inner.Gradient(request);

        public override Node? Batch(BatchRequest request) => Rule(request);

        public override ScalarExpression Lower(LoweringRequest request) => Inner.Lower(request);

        public override ReferenceTensor Evaluate(EvaluationRequest request) => Inner.Evaluate(request);

        public override IEnumerable<OperatorSample> Samples() => [];
    }
}
