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
        var actual = emitted.Call(model, function.Name, inputs, sizes);
        Comparison.AssertClose(expected, actual, Tolerance, $"{title}, {function.Name}");
    }

    /// <summary>Random data, the model's own tensors, and the training loop's scalars.</summary>
    private static Dictionary<string, ReferenceTensor> SampleInputs(GraphFunction function, IReadOnlyDictionary<DimSymbol, long> sizes, object model, int step)
    {
        var random = new SampleValues(step + 7);
        var bounds = IndexBounds.Of(function).ToLookup(b => b.Input);
        return function.Inputs.ToDictionary(i => i.Name, i => i.Role switch
        {
            InputRole.Data => Data(i),
            InputRole.Control => Scalar(i, i.Name switch { TrainingStep.Step => step, TrainingStep.RateFactor => 1, _ => 3 }),
            _ => EmittedModel.Get(model, i.Name, i.Node.Type),
        });

        ReferenceTensor Data(GraphInput input)
        {
            int[] shape = [.. input.Node.Shape.Select(d => (int)d.Evaluate(s => sizes[s]))];
            return input.Node.Element switch
            {
                ElementType.Real => random.Real(0.1, 0.9, shape),
                ElementType.Int => random.Int((int)bounds[input.Name].Select(b => -b.Offset).DefaultIfEmpty(0).Max(),
                    (int)bounds[input.Name].Select(b => b.Size.Evaluate(s => sizes[s]) - b.Offset).DefaultIfEmpty(2).Min(), shape),
                ElementType.Bool => random.Bool(shape),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

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
