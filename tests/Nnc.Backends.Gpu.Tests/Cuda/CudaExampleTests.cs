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
            EmittedExampleTests.AssertLearns(function, expected, $"{name}, {function.Name}");
            var actual = PtxRun.Run(function.Graph, GpuTarget.Cuda(GpuPrecision.Single), inputs, sizes);
            Comparison.AssertClose(expected, actual, Tolerance, $"{name}, {function.Name}");
        }
    }

    internal static Dictionary<string, ReferenceTensor> Inputs(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes, ModelGraph model)
    {
        var data = new SampleData(function, sizes, new SampleValues(8));
        var store = ModelStore.Create(model, TensorElement.Float32);
        store.Initialize(3);
        return function.Inputs.ToDictionary(i => i.Name, i => i.Role switch
        {
            InputRole.Data => data.Of(i),
            InputRole.Control => new(i.Node.Element, [], [i.Name == TrainingStep.Seed ? 3 : 1]),
            _ => store.Find(i.Name) is { } stored ? new(i.Node.Element, [.. stored.Shape], stored.ToDoubles()) : data.Kept(i),
        });
    }
}
