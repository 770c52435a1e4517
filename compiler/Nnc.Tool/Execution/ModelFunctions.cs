using System.Collections.Immutable;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Execution;

/// <summary>A function that a model is compiled to, by what it is for.</summary>
internal sealed record NamedFunction(string Name, GraphFunction Function);

/// <summary>What the arrays of a training step may take.</summary>
/// <param name="Budget">In bytes.</param>
internal sealed record MemoryLimit(long Budget, IReadOnlyDictionary<string, long> Sizes, TensorElement Real);

/// <summary>The functions that a model is compiled to.</summary>
internal static class ModelFunctions
{
    /// <param name="entryName">The entry that is wanted; null for all.</param>
    /// <param name="mode"><c>train</c>, <c>forward</c>, or <c>all</c>, which needs no train block: then it gives the gradient alone.</param>
    /// <param name="limit">What a training step may take; null for no limit.</param>
    public static ImmutableArray<NamedFunction> Of(ModelFile file, string? entryName, string mode, MemoryLimit? limit)
    {
        EntryPoint[] entries = entryName is null ? [.. file.Model.Entries] : [file.Entry(entryName)];
        var needsTraining = mode == "train" || limit is not null;
        return [.. mode == "forward" ? [] : needsTraining ? Steps(file.RequireTraining(), file, entries, limit) : Training(file, entries), .. mode == "train" ? [] : entries.Select(Forward)];
    }

    private static IEnumerable<NamedFunction> Training(ModelFile file, EntryPoint[] entries) =>
        file.Training is { } training ? Steps(training, file, entries, null) : entries.SelectMany(Gradients);

    private static IEnumerable<NamedFunction> Steps(TrainingSpec training, ModelFile file, EntryPoint[] entries, MemoryLimit? limit) =>
        training.Stages.Select((stage, k) => (Stage: stage, Number: k)).Where(s => entries.Any(e => e.Name == s.Stage.Entry)).Select(s => Step(
            file, training.Stages.Length == 1 ? "training step" : $"training step of stage {s.Stage.Name}", file.Entry(s.Stage.Entry), s.Stage, s.Number, limit));

    private static NamedFunction Step(ModelFile file, string name, EntryPoint entry, StageSpec stage, int number, MemoryLimit? limit)
    {
        var whole = TrainingSession.Step(file.Model, entry, stage, number);
        if (limit is null)
        {
            return new(name, whole);
        }

        var plan = TrainingSession.PlanMemory(file.Model, entry, stage, number, limit.Real, SizeNames.Of(whole, file, limit.Sizes), limit.Budget);
        return new($"{name} in {MemoryPlan.Text(plan.Bytes)}, {(plan.Segment is { } segment ? $"recurrences in segments of {segment} steps" : "everything kept")}", plan.Step);
    }

    private static IEnumerable<NamedFunction> Gradients(EntryPoint entry) => (entry.Training?.Outputs ?? []).Where(o => o.Role == OutputRole.Loss)
        .Select(loss => new NamedFunction($"gradient of {loss.Name} in entry {entry.Name}", TrainingStep.BuildGradients(new GraphBuilder(), entry, loss.Name)));

    private static NamedFunction Forward(EntryPoint entry)
    {
        var results = FunctionSlice.Of(entry.Inference, OutputRole.Result);
        return new($"entry {entry.Name}", results.Outputs.IsEmpty ? entry.Inference : results);
    }
}
