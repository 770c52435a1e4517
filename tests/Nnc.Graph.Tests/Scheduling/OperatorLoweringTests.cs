using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Every sample of every operator, alone and between element-wise neighbours, scheduled and run kernel by kernel.</summary>
public sealed class OperatorLoweringTests
{
    [Theory]
    [MemberData(nameof(Operators))]
    public void Kernels_compute_what_the_operator_defines(string type)
    {
        foreach (var sample in SamplesOf(type))
        {
            Compare.Check(FunctionOf(sample, fused: false), sample.Inputs, sample.Title);
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Fusion_with_neighbours_changes_nothing(string type)
    {
        foreach (var sample in SamplesOf(type).Where(s => s.Inputs.Any(i => i.Element == ElementType.Real)))
        {
            Compare.Check(FunctionOf(sample, fused: true), sample.Inputs, sample.Title);
        }
    }

    public static TheoryData<string> Operators =>
        [.. typeof(Operator).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && t != typeof(InputOperator) && t != typeof(StepInputOperator)).Select(t => t.Name).Order()];

    private static IEnumerable<OperatorSample> SamplesOf(string type)
    {
        var found = typeof(Operator).Assembly.GetTypes().Single(t => t.Name == type);
        return ((Operator)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(found)).Samples();
    }

    private static GraphFunction FunctionOf(OperatorSample sample, bool fused)
    {
        var builder = new GraphBuilder();
        var inputs = sample.Inputs
            .Select((t, i) => builder.Input($"x{i}", new TensorType(t.Element, new Shape(t.Shape.Select(s => (Dim)s)))))
            .ToImmutableArray();
        ImmutableArray<Node> operands = fused ? [.. inputs.Select(i => i.Element == ElementType.Real ? Scaled(i) : i)] : inputs;
        var node = builder.Apply(sample.Operator, operands);
        var result = fused && node.Element == ElementType.Real ? builder.Add(Scaled(node), node) : node;
        return new GraphFunction("sample", [.. inputs.Select((n, i) => new GraphInput($"x{i}", InputRole.Data, n))], [new GraphOutput("y", OutputRole.Result, result)]);

        Node Scaled(Node n) => builder.Multiply(n, builder.ConstantLike(n, 0.75));
    }
}
