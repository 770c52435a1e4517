using System.Collections.Immutable;
using ILGPU.Runtime;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Every sample of every operator, alone and between element-wise neighbours, as emitted kernels against the reference.</summary>
public sealed class EmittedOperatorTests
{
    /// <summary>Large groups take kernels with barriers, small ones those without.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Samples_are_the_references(int realBytes)
    {
        var samples = Operators().SelectMany(o => o.Samples()).SelectMany(s => new[] { (Sample: s, IsFused: false), (Sample: s, IsFused: true) })
            .Select((s, k) => (s.Sample, Function: FunctionOf(s.Sample, s.IsFused, $"sample{k}"))).ToArray();
        var model = new ModelGraph("samples", [], [], [], []);
        var emitted = EmittedModel.Compile(new IlgpuSource("samples", model, [.. samples.Select(s => new IlgpuFunction(s.Function.Name, s.Function))], realBytes));
        foreach (var groupSize in (int[])[256, 16])
        {
            var compiled = emitted.Create(new Accelerator(groupSize));
            foreach (var (sample, function) in samples)
            {
                var inputs = function.Inputs.Zip(sample.Inputs).ToDictionary(p => p.First.Name, p => p.Second);
                var actual = emitted.Call(compiled, function.Name, inputs, ImmutableDictionary<DimSymbol, long>.Empty);
                Comparison.AssertClose(Interpreter.Run(function, inputs), actual, realBytes == 4 ? sample.BackendTolerance : 1e-12, $"{sample.Title}, groups of {groupSize}");
            }
        }
    }

    private static IEnumerable<Operator> Operators() => typeof(Operator).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && t != typeof(InputOperator) && t != typeof(StepInputOperator)).OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => (Operator)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(t));

    private static GraphFunction FunctionOf(OperatorSample sample, bool fused, string name)
    {
        var builder = new GraphBuilder();
        var inputs = sample.Inputs
            .Select((t, i) => builder.Input($"x{i}", new TensorType(t.Element, new Shape(t.Shape.Select(s => (Dim)s)))))
            .ToImmutableArray();
        ImmutableArray<Node> operands = fused ? [.. inputs.Select(i => i.Element == ElementType.Real ? Scaled(i) : i)] : inputs;
        var node = builder.Apply(sample.Operator, operands);
        var result = fused && node.Element == ElementType.Real ? builder.Add(Scaled(node), node) : node;
        return new GraphFunction(name, [.. inputs.Select((n, i) => new GraphInput($"x{i}", InputRole.Data, n))], [new GraphOutput("y", OutputRole.Result, result)]);

        Node Scaled(Node n) => builder.Multiply(n, builder.ConstantLike(n, 0.75));
    }
}
