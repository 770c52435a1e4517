using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;

namespace Nnc.Tool.Execution;

/// <summary>A function that a model is compiled to, by what it is for.</summary>
internal sealed record NamedFunction(string Name, GraphFunction Function);

/// <summary>The functions that a model is compiled to.</summary>
internal static class ModelFunctions
{
    /// <param name="entryName">The entry that is wanted; null for all.</param>
    /// <param name="mode"><c>train</c>, <c>forward</c>, or <c>all</c>, which needs no train block: then it gives the gradient alone.</param>
    public static ImmutableArray<NamedFunction> Of(ModelFile file, string? entryName, string mode)
    {
        EntryPoint[] entries = entryName is null ? [.. file.Model.Entries] : [file.Entry(entryName)];
        return [.. mode == "forward" ? [] : mode == "train" ? Steps(file.RequireTraining(), file, entries) : Training(file, entries), .. mode == "train" ? [] : entries.Select(Forward)];
    }

    private static IEnumerable<NamedFunction> Training(ModelFile file, EntryPoint[] entries) =>
        file.Training is { } training ? Steps(training, file, entries) : entries.SelectMany(Gradients);

    private static IEnumerable<NamedFunction> Steps(TrainingSpec training, ModelFile file, EntryPoint[] entries) =>
        training.Stages.Select((stage, k) => (Stage: stage, Number: k)).Where(s => entries.Any(e => e.Name == s.Stage.Entry)).Select(s => new NamedFunction(
            training.Stages.Length == 1 ? "training step" : $"training step of stage {s.Stage.Name}",
            TrainingSession.Step(file.Model, file.Entry(s.Stage.Entry), s.Stage, s.Number)));

    private static IEnumerable<NamedFunction> Gradients(EntryPoint entry) => (entry.Training?.Outputs ?? []).Where(o => o.Role == OutputRole.Loss)
        .Select(loss => new NamedFunction($"gradient of {loss.Name} in entry {entry.Name}", TrainingStep.BuildGradients(new GraphBuilder(), entry, loss.Name)));

    private static NamedFunction Forward(EntryPoint entry)
    {
        var results = FunctionSlice.Of(entry.Inference, OutputRole.Result);
        return new($"entry {entry.Name}", results.Outputs.IsEmpty ? entry.Inference : results);
    }
}
