using System.Collections.Immutable;
using ILGPU.Runtime;
using Nnc.Backends.Gpu.Ilgpu;
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

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Every function of every example, emitted, compiled and run, against the reference interpreter.</summary>
public sealed class EmittedExampleTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => [.. Examples];

    /// <summary>The examples that hold a model.</summary>
    internal static IEnumerable<string> Examples =>
        [.. Directory.GetDirectories(Path.Combine(Snapshot.RepositoryRoot, "examples")).Select(d => Path.GetFileName(d)!)
            .Where(n => File.Exists(PathOf(n)) && !IsLibrary(n)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_function_is_the_references(string name)
    {
        var source = SourceOf(PathOf(name), TensorElement.Float32);
        var emitted = EmittedModel.Compile(source);

        // Large groups take kernels with barriers, small ones those without.
        foreach (var (groupSize, steps) in ((int, int)[])[(256, 2), (16, 1)])
        {
            var model = emitted.Create(new Accelerator(groupSize), seed: 3);
            foreach (var function in source.Functions)
            {
                KeepSomething(model, function.Graph);
                for (var step = 1; step <= (function.IsTraining ? steps : 1); step++)
                {
                    Check(emitted, model, function, source.Model, step, $"{name}, groups of {groupSize}, step {step}");
                }
            }
        }
    }

    private static void Check(EmittedModel emitted, object model, IlgpuFunction function, ModelGraph graph, int step, string title)
    {
        var sizes = SampleSizes.Of(function.Graph, graph.Constraints);
        var inputs = SampleInputs(function.Graph, sizes, model, step);
        var expected = Interpreter.Run(function.Graph, inputs, sizes);
        AssertLearns(function, expected, $"{title}, {function.Name}");
        var actual = emitted.Call(model, function.Name, inputs, sizes);
        Comparison.AssertClose(expected, actual, Tolerance, $"{title}, {function.Name}");
    }

    internal static void KeepSomething(object model, GraphFunction function)
    {
        var data = new SampleData(function, ImmutableDictionary<DimSymbol, long>.Empty, new SampleValues(5));
        foreach (var kept in function.Inputs.Where(i => i.Role == InputRole.OptimizerState))
        {
            EmittedModel.Set(model, kept.Name, data.Kept(kept));
        }
    }

    /// <summary>A step whose losses are all zero, or no numbers, has masked what it computes: nothing would be compared.</summary>
    internal static void AssertLearns(IlgpuFunction function, IReadOnlyDictionary<string, ReferenceTensor> results, string title)
    {
        var measured = function.Graph.Outputs.Where(o => o.Role != OutputRole.Update && o.Node.Shape.Rank == 0).Select(o => results[o.Name].Values[0]).ToArray();
        Assert.True(!function.IsTraining || (measured.All(double.IsFinite) && measured.Any(v => v != 0)), $"{title} learns from nothing");
    }

    /// <summary>Random data, the model's own tensors, and the training loop's scalars.</summary>
    private static Dictionary<string, ReferenceTensor> SampleInputs(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes, object model, int step)
    {
        var data = new SampleData(function, sizes, new SampleValues(step + 7));
        return function.Inputs.ToDictionary(i => i.Name, i => i.Role switch
        {
            InputRole.Data => data.Of(i),
            InputRole.Control => Scalar(i, i.Name switch { TrainingStep.Step => step, TrainingStep.RateFactor => 1, _ => 3 }),
            _ => EmittedModel.Get(model, i.Name, i.Node.Type),
        });

        static ReferenceTensor Scalar(GraphInput input, double value) => new(input.Node.Element, [], [value]);
    }

    internal static IlgpuSource SourceOf(string path, TensorElement real)
    {
        var file = ModelFile.Load(path, null, new Dictionary<string, string>());
        return new IlgpuBuild(new LibraryBuild(file, Path.GetFileNameWithoutExtension(path), real, [])).Source();
    }

    private static string PathOf(string name) => Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet");

    /// <summary>Whether a file holds layers only.</summary>
    private static bool IsLibrary(string name) => !File.ReadAllText(PathOf(name)).Contains("model ", StringComparison.Ordinal);
}
