using System.Collections.Immutable;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Llvm;
using Nnc.Graph;
using Nnc.Graph.Explanation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>What <c>nnc compile --target ptx</c> makes of a model: a file of kernels for each function and processor, a manifest that says how they are run, and weights.</summary>
/// <param name="Library">The model's functions under their names, and its weights.</param>
/// <param name="Processors">The oldest devices that files are for: <c>sm_80</c>.</param>
internal sealed record PtxBuild(LibraryBuild Library, GpuPrecision Precision, ImmutableArray<string> Processors)
{
    /// <summary>What is made.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["ptx", "manifest", "weights", "llvm"];

    /// <summary>What is made where nothing is said.</summary>
    public static ImmutableArray<string> UsualKinds { get; } = ["ptx", "manifest", "weights"];

    /// <summary>The model's functions as kernels.</summary>
    public ImmutableArray<PtxFunction> Functions()
    {
        var source = Library.Source();
        return [.. source.Functions.Select(f => Function(f.Name, f.Graph, null)), .. source.Stages.Select(s => Function(s.Name, s.Step, s.Stage))];
    }

    /// <summary>Writes what is asked for into a folder, all or nothing; returns the files' names and sizes.</summary>
    public (string Name, long Bytes)[] Write(string folder, IReadOnlySet<string> emit)
    {
        var functions = Functions();
        using var stage = new StagedFolder(folder);
        foreach (var function in functions)
        {
            if (emit.Contains("llvm"))
            {
                stage.Write($"{Library.Name}.{function.Name}.ll", PtxModule.Prelude + function.Module.Ir);
            }

            foreach (var (processor, file) in function.Files.Where(_ => emit.Contains("ptx")))
            {
                stage.Write(file, NativeDevice.WithLlvm(() => LlvmPtx.Compile(PtxModule.Prelude + function.Module.Ir, processor)));
            }
        }

        var weights = emit.Contains("weights") ? $"{Library.Name}.safetensors" : null;
        if (weights is not null)
        {
            Library.WriteWeights(stage[weights]);
        }

        if (emit.Contains("manifest"))
        {
            stage.Write($"{Library.Name}.json", PtxManifest.Write(Library.Name, Library.File.Model, functions, weights));
        }

        return stage.Publish();
    }

    private PtxFunction Function(string name, GraphFunction graph, StageSpec? stage)
    {
        var program = GpuScheduler.Schedule(Scheduler.Schedule(graph, new KernelProgramOptions(TensorElement.Float32.Size())), GpuTarget.Cuda(Precision));
        return new(name, program, PtxModule.Write(program), FlopCount.OfContractions(graph), stage, Processors.ToImmutableSortedDictionary(p => p, p => $"{Library.Name}.{name}.{p}.ptx"));
    }
}
