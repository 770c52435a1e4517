using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Cuda;
using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>What <c>nnc compile --target ptx</c> says of kernels, read by a program that knows nothing else.</summary>
public sealed class PtxManifestTests
{
    [Fact]
    public void Manifest()
    {
        var (build, functions) = Build("xor");
        Snapshot.Verify(PtxManifest.Write("xor", build.Library.File.Model, functions, "xor.safetensors"), Snapshot.SourceFolder(), "xor.json");
    }

    [Theory]
    [InlineData("xor")]
    [InlineData("lenet")]
    [InlineData("dinosaurs")]
    [InlineData("synchronised")]
    [InlineData("reversal")]
    public void What_it_says_is_enough_to_run_a_model(string name)
    {
        var (build, functions) = Build(name);
        var model = build.Library.File.Model;
        var manifest = JsonNode.Parse(PtxManifest.Write(name, model, functions, null))!;
        foreach (var (function, written) in functions.Zip(manifest["functions"]!.AsArray()))
        {
            var graph = function.Program.Program.Source;
            var sizes = SampleSizes.Of(graph, model.Constraints);
            var inputs = CudaExampleTests.Inputs(graph, sizes, model);
            using var run = new ManifestRun(written!, function.Module.Ir, sizes.ToDictionary(s => s.Key.Name, s => s.Value));
            foreach (var (input, tensor) in inputs)
            {
                run.Write(input, tensor.Values);
            }

            run.Run();
            var expected = Interpreter.Run(graph, inputs, sizes);
            var actual = graph.Outputs.ToDictionary(o => o.Name, o => expected[o.Name] with { Values = run.Read(o.Updates ?? o.Name) });
            Comparison.AssertClose(expected, actual, 1e-4, $"{name}, {function.Name}");
        }
    }

    [Fact]
    public void Positions_have_the_range_that_the_function_takes()
    {
        var (build, functions) = Build("lenet");
        var manifest = JsonNode.Parse(PtxManifest.Write("lenet", build.Library.File.Model, functions, null))!;
        var arguments = manifest["functions"]!.AsArray().First(f => (string)f!["kind"]! == "training_step")!["arguments"]!.AsArray();
        var digits = Assert.Single(arguments, a => a!["range"] is not null)!;
        Assert.Equal(("i32", "data"), ((string)digits["type"]!, (string)digits["role"]!));
        Assert.Equal("""[{"least":0,"below":"10"}]""", digits["range"]!.ToJsonString());
    }

    private static (PtxBuild Build, ImmutableArray<PtxFunction> Functions) Build(string name)
    {
        var file = ModelFile.Load(Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet"), null, new Dictionary<string, string>());
        var build = new PtxBuild(new LibraryBuild(file, name, TensorElement.Float32, []), GpuPrecision.Single, ["sm_80", "sm_90"]);
        return (build, build.Functions());
    }
}
