using System.Collections.Immutable;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Operators;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Every sample of every operator, alone and between element-wise neighbours, as native code against the reference.</summary>
public sealed class OperatorConformanceTests
{
    [Theory]
    [MemberData(nameof(Operators))]
    public void Single_precision(string type)
    {
        foreach (var sample in SamplesOf(type))
        {
            NativeRun.Check(FunctionOf(sample, fused: false), sample.Inputs, sample.Title, sample.BackendTolerance);
            NativeRun.Check(FunctionOf(sample, fused: true), sample.Inputs, sample.Title, sample.BackendTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Double_precision(string type)
    {
        foreach (var sample in SamplesOf(type))
        {
            NativeRun.Check(FunctionOf(sample, fused: true), sample.Inputs, sample.Title, 1e-12, realBytes: 8);
        }
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Vectors_of_256_bits(string type)
    {
        foreach (var sample in SamplesOf(type))
        {
            NativeRun.Check(FunctionOf(sample, fused: true), sample.Inputs, sample.Title, sample.BackendTolerance, cpu: CpuLevel.X86V3);
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
