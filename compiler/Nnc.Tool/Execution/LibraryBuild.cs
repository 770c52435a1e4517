using System.Collections.Immutable;
using System.Security.Cryptography;
using Nnc.Backends.Llvm.Interop;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;
using Nnc.Libraries;
using Nnc.Libraries.Interface;
using Nnc.Libraries.Text;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>What <c>nnc compile</c> makes of a model.</summary>
/// <param name="Name">What the library's symbols and files are named after.</param>
/// <param name="Levels">The processors to compile for.</param>
internal sealed record LibraryBuild(ModelFile File, string Name, TensorElement Real, ImmutableArray<CpuLevel> Levels)
{
    private static readonly string[] _reserved = ["init", "load", "save", "status_message", "init_optimizer", "train_step", "params", "optimizer", "dims"];

    /// <summary>A safetensors file to ship; null for weights that are initialised.</summary>
    public string? Weights { get; init; }

    public long Seed { get; init; }

    /// <summary>Writes what is asked for into a folder, all or nothing; returns the files' names and sizes.</summary>
    public (string Name, long Bytes)[] Write(string folder, IReadOnlySet<string> emit)
    {
        var source = Source();
        var library = InterfaceBuilder.Build(source, Real.Size());
        var compiler = Compile(library);
        using var stage = new StagedFolder(folder);
        WriteTexts(stage, emit, source, compiler);
        WriteCode(stage, emit, compiler);
        if (emit.Contains("weights"))
        {
            WriteWeights(stage[$"{Name}.safetensors"]);
        }

        return stage.Publish();
    }

    private void WriteTexts(StagedFolder stage, IReadOnlySet<string> emit, LibrarySource source, LibraryCompiler compiler)
    {
        (string Kind, string File, Func<string> Text)[] texts =
        [
            ("header", $"{Name}.h", () => HeaderWriter.Write(compiler.Interface)),
            ("manifest", $"{Name}.json", () => ManifestWriter.Write(compiler.Interface, source, compiler.Processors)),
            ("cs", $"{Name}.cs", () => BindingsWriter.Write(compiler.Interface)),
            ("llvm", $"{Name}.ll", compiler.Ir),
            ("asm", $"{Name}.s", compiler.Assembly),
        ];
        foreach (var (_, file, text) in texts.Where(t => emit.Contains(t.Kind)))
        {
            stage.Write(file, text());
        }
    }

    private void WriteCode(StagedFolder stage, IReadOnlySet<string> emit, LibraryCompiler compiler)
    {
        if (!emit.Overlaps(["so", "a", "obj"]))
        {
            return;
        }

        var code = compiler.Object();
        stage.Write($"{Name}.o", code.AsSpan());
        if (emit.Contains("so"))
        {
            SharedLibraryLinker.Link(stage[$"{Name}.o"], stage[$"lib{Name}.so"], $"lib{Name}.so");
        }

        if (emit.Contains("a"))
        {
            stage.Write($"lib{Name}.a", Archive.Write($"{Name}.o", code, compiler.Exports).AsSpan());
        }

        if (!emit.Contains("obj"))
        {
            stage.Remove($"{Name}.o");
        }
    }

    /// <summary>Writes the weights that are shipped, given or initialised.</summary>
    public void WriteWeights(string path)
    {
        var store = ModelStore.Create(File.Model, Real);
        store.Initialize(Seed);
        var notes = Weights is null ? TrainingNotes.None : WeightsFile.Load(Weights, store).OrFail();
        WeightsFile.Save(path, store, notes).OrFail();
    }

    private LibraryCompiler Compile(LibraryInterface library)
    {
        try
        {
            return LibraryCompiler.Create(library, [.. Levels.Select(CpuTarget.For).DistinctBy(LibraryCompiler.LevelOf)]);
        }
        catch (LlvmUnavailableException)
        {
            throw new ToolFailure("NN0719", "LLVM 19's shared library, which makes native code, is not on this machine", "install it (Debian: apt-get install libllvm19)");
        }
    }

    public LibrarySource Source()
    {
        var names = new MemberNames(_reserved);
        var functions = File.Model.Entries.Select(e => new SourceFunction(e.Name == "main" ? "forward" : names.Of(e.Name), Inference(e.Inference)));
        var stages = File.Training is not { } training ? [] : training.Stages.Select((stage, k) => new SourceStage(
            training.Stages.Length == 1 ? "train_step" : names.Of($"train_step_{stage.Name}"), stage, TrainingSession.Step(File.Model, File.Entry(stage.Entry), stage, k)));
        return new LibrarySource(Name, File.Model, [.. functions])
        {
            Stages = [.. stages],
            FileName = Path.GetFileName(File.Path),
            Hash = Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(File.Path))),
        };
    }

    /// <summary>Results where there are any: they need no targets.</summary>
    private static GraphFunction Inference(GraphFunction function) =>
        FunctionSlice.Of(function, OutputRole.Result) is { Outputs.IsEmpty: false } results ? results : FunctionSlice.Of(function, OutputRole.Loss, OutputRole.Metric);
}
