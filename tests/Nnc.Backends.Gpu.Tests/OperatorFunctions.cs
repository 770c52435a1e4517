using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Operators;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Every sample of every operator as functions: alone, and between element-wise neighbours.</summary>
internal static class OperatorFunctions
{
    public static IEnumerable<Type> Types => typeof(Operator).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(Operator)) && !t.IsAbstract && t != typeof(InputOperator) && t != typeof(StepInputOperator)).OrderBy(t => t.Name, StringComparer.Ordinal);

    public static IEnumerable<(OperatorSample Sample, GraphFunction Function)> Of(string type) => Samples(Types.Single(t => t.Name == type))
        .SelectMany(s => new[] { false, true }.Select(isFused => (s, FunctionOf(s, isFused, "sample"))));

    /// <summary>All of them, each with a name of its own.</summary>
    public static IEnumerable<(OperatorSample Sample, GraphFunction Function)> All() => Types.SelectMany(Samples)
        .SelectMany(s => new[] { (Sample: s, IsFused: false), (Sample: s, IsFused: true) }).Select((s, k) => (s.Sample, FunctionOf(s.Sample, s.IsFused, $"sample{k}")));

    private static IEnumerable<OperatorSample> Samples(Type type) =>
        ((Operator)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)).Samples();

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
