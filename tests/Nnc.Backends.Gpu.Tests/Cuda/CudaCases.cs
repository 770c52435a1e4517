using Nnc.Backends.Gpu.Scheduling;
using Nnc.Graph.Reference;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>
/// What a machine with a GPU needs to hold kernels against the reference, where there is neither .NET nor LLVM: for every function of a
/// model its kernels and manifest, and arrays of sizes, inputs and what the reference makes of them. <c>bench/gpu/check.py</c> reads it.
/// </summary>
internal static class CudaCases
{
    /// <summary>Writes an example into a folder of its own.</summary>
    public static void Write(string folder, string name, GpuPrecision precision)
    {
        var file = ModelFile.Load(Path.Combine(Snapshot.RepositoryRoot, "examples", name, $"{name}.nnet"), null, new Dictionary<string, string>());
        var build = new PtxBuild(new LibraryBuild(file, name, TensorElement.Float32, []), precision, ["sm_80", "sm_90"]);
        Directory.CreateDirectory(folder);
        build.Write(folder, new HashSet<string>(["ptx", "manifest"]));
        foreach (var function in build.Functions())
        {
            var graph = function.Program.Program.Source;
            var sizes = SampleSizes.Of(graph, file.Model.Constraints);
            var inputs = CudaExampleTests.Inputs(graph, sizes, file.Model);
            var expected = Interpreter.Run(graph, inputs, sizes);
            var arrays = sizes.Select(s => new NamedTensor($"size/{s.Key.Name}", HostTensor.Of(TensorElement.Int32, [], [s.Value])))
                .Concat(inputs.Select(i => Array($"in/{i.Key}", i.Value)))
                .Concat(graph.Outputs.Select(o => Array($"out/{o.Updates ?? o.Name}", expected[o.Name])));
            Npz.Write(Path.Combine(folder, $"{function.Name}.npz"), arrays).OrFail();
        }
    }

    private static NamedTensor Array(string name, ReferenceTensor tensor) =>
        new(name, HostTensor.Of(tensor.Element.InMemory(TensorElement.Float32), tensor.Shape, tensor.Values));

    private static void OrFail(this Nnc.Runtime.Results.Result<string> result)
    {
        if (result.Error is { } error)
        {
            throw new IOException(error.Message);
        }
    }
}
