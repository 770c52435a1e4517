using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Ptx;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>Every function of every example through the driver's stand-in, launch by launch and as a graph, against the reference interpreter.</summary>
public sealed class CudaExampleTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => EmittedExampleTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_is_the_references(string name)
    {
        var source = EmittedExampleTests.SourceOf(Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet"), TensorElement.Float32);
        foreach (var function in source.Functions)
        {
            var sizes = SampleSizes.Of(function.Graph, source.Model.Constraints);
            var inputs = Inputs(function.Graph, sizes, source.Model);
            var expected = Interpreter.Run(function.Graph, inputs, sizes);
            var actual = PtxRun.Run(function.Graph, GpuTarget.Cuda(GpuPrecision.Single), inputs, sizes);
            Comparison.AssertClose(expected, actual, Tolerance, $"{name}, {function.Name}");
        }
    }

    internal static Dictionary<string, ReferenceTensor> Inputs(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes, ModelGraph model)
    {
        var random = new SampleValues(8);
        var bounds = IndexBounds.Of(function).ToLookup(b => b.Input);
        var store = ModelStore.Create(model, TensorElement.Float32);
        store.Initialize(3);
        return function.Inputs.ToDictionary(i => i.Name, i => i.Role switch
        {
            InputRole.Data => Data(i),
            InputRole.Control => new(i.Node.Element, [], [i.Name == TrainingStep.Seed ? 3 : 1]),
            _ => store.Find(i.Name) is { } stored ? new(i.Node.Element, [.. stored.Shape], stored.ToDoubles()) : Kept(i),
        });

        ReferenceTensor Data(GraphInput input) => input.Node.Element switch
        {
            ElementType.Real => random.Real(0.1, 0.9, ShapeOf(input)),
            ElementType.Int => random.Int(
                (int)bounds[input.Name].Select(b => -b.Offset).DefaultIfEmpty(0).Max(),
                (int)bounds[input.Name].Select(b => b.Size.Evaluate(s => sizes[s]) - b.Offset).DefaultIfEmpty(2).Min(), ShapeOf(input)),
            ElementType.Bool => random.Bool(ShapeOf(input)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

        // What an optimizer keeps after some steps: positive, as means of squares are.
        ReferenceTensor Kept(GraphInput input) => random.Real(0.001, 0.002, ShapeOf(input));

        int[] ShapeOf(GraphInput input) => [.. input.Node.Shape.Select(d => (int)d.Evaluate(s => sizes[s]))];
    }
}
