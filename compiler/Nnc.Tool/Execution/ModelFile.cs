using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using Nnc.Graph.Models;
using Nnc.Language;
using Nnc.Language.Syntax;

namespace Nnc.Tool.Execution;

/// <summary>A .nnet file on its way to being run: one model of it elaborated, with its train block if it has one.</summary>
internal sealed record ModelFile(string Path, ModelGraph Model, TrainingSpec? Training)
{
    /// <summary>The folder that data paths in the file are relative to.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;

    /// <summary>The entry that is meant where none is named.</summary>
    public EntryPoint Main => EntryOrOnly(null);

    public EntryPoint Entry(string name) => Model.FindEntry(name) ?? throw new ToolFailure(
        "NN0710", $"`{Model.Name}` has no entry `{name}`",
        Suggestion.Nearest(name, Model.Entries.Select(e => e.Name)) is { } near ? $"did you mean `{near}`?" : $"it has {EntryNames}", ExitCode.Usage);

    /// <summary>The entry with a name; without one, the model's own, the only one, or that of the loss that is minimised last.</summary>
    public EntryPoint EntryOrOnly(string? name) => (name, Model.Entries) switch
    {
        ({ } given, _) => Entry(given),
        (null, [var only]) => only,
        (null, var several) => several.FirstOrDefault(e => e.Name == "main") ?? TrainedEntry ?? throw new ToolFailure(
            "NN0710", $"`{Model.Name}` has no inputs of its own, and several entries", $"choose one with --entry: {EntryNames}", ExitCode.Usage),
    };

    /// <summary>The train block; its absence ends the verb.</summary>
    public TrainingSpec RequireTraining() => Training ?? throw new ToolFailure(
        "NN0707", $"`{Path}` has no train block for `{Model.Name}`", $"add one: train {Model.Name} {{ data = …; optimizer = adam(rate: 1e-3) }}");

    /// <summary>A model by itself, with values for its options; its train block is not read.</summary>
    public static ModelFile LoadModel(string path, string? modelName, IReadOnlyDictionary<string, string> options)
    {
        var compilation = Open(path, modelName);
        var (model, diagnostics) = compilation.Elaborate(modelName ?? OnlyModel(path, compilation), options);
        Report(diagnostics);
        return new ModelFile(path, model ?? throw new InputErrors(1), null);
    }

    /// <summary>A model as its train block makes it, or by itself where it has none. Settings replace those of the block.</summary>
    public static ModelFile Load(string path, string? modelName, IReadOnlyDictionary<string, string> settings)
    {
        var compilation = Open(path, modelName);
        if (FindTrain(path, compilation, modelName) is not { } train)
        {
            var (alone, problems) = compilation.Elaborate(modelName ?? OnlyModel(path, compilation), ImmutableDictionary<string, string>.Empty);
            Report(problems);
            return new ModelFile(path, alone ?? throw new InputErrors(1), null);
        }

        var (training, model, diagnostics) = compilation.ElaborateTraining(train, settings);
        Report(diagnostics);
        return new ModelFile(path, model ?? throw new InputErrors(1), training ?? throw new InputErrors(1));
    }

    private EntryPoint? TrainedEntry => Training is { Stages: [.., var last] } ? Model.FindEntry(last.Entry) : null;

    private string EntryNames => string.Join(", ", Model.Entries.Select(e => $"`{e.Name}`"));

    private static Compilation Open(string path, string? modelName)
    {
        var compilation = Compilation.Create(SourceFiles.Read(path), SourceFiles.ImportsOf(path));
        Report(compilation.Diagnostics);
        return modelName is null || compilation.ModelNames.Contains(modelName) ? compilation : throw new ToolFailure(
            "NN0107", $"`{path}` declares no model `{modelName}`",
            Suggestion.Nearest(modelName, compilation.ModelNames) is { } near ? $"did you mean `{near}`?"
                : compilation.ModelNames.IsEmpty ? null : $"it declares {string.Join(", ", compilation.ModelNames.Select(n => $"`{n}`"))}",
            ExitCode.Usage);
    }

    /// <summary>
    /// Prints diagnostics to standard error; with an error among them the verb ends. Where every error is in a value that the
    /// command line gave, the command line is at fault.
    /// </summary>
    private static void Report(ImmutableArray<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Console.Error.WriteLine(DiagnosticRenderer.Render(diagnostic));
        }

        var errors = diagnostics.Where(d => d.IsError).ToArray();
        if (errors.Length > 0)
        {
            throw new InputErrors(errors.Length, errors.All(d => d.Location?.Source.GivenAs is not null) ? ExitCode.Usage : ExitCode.InputAtFault);
        }
    }

    private static TrainDeclaration? FindTrain(string path, Compilation compilation, string? modelName)
    {
        var candidates = compilation.TrainDeclarations.Where(t => modelName is null || t.Model.Text == modelName).ToArray();
        return candidates switch
        {
            [] => null,
            [var only] => only,
            _ => throw new ToolFailure(
                "NN0708",
                $"`{path}` has {candidates.Length} train blocks{(modelName is null ? "" : $" for `{modelName}`")}",
                modelName is null ? $"choose a model with --model: {string.Join(", ", candidates.Select(c => c.Model.Text).Distinct())}" : null,
                ExitCode.Usage),
        };
    }

    private static string OnlyModel(string path, Compilation compilation) => compilation.ModelNames switch
    {
        [var only] => only,
        [] => throw new ToolFailure("NN0705", $"`{path}` declares no model"),
        var several => throw new ToolFailure("NN0706", $"`{path}` declares several models: {string.Join(", ", several)}", "choose one with --model NAME", ExitCode.Usage),
    };
}
