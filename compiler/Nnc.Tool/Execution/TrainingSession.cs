using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Passes;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Tool.Devices;

namespace Nnc.Tool.Execution;

/// <summary>A train block made ready to run: its stages compiled, its data loaded, its parameters at their start.</summary>
internal sealed record TrainingSession(ModelFile File, TrainingPlan Plan, ModelData Data, ImmutableArray<GraphFunction> Steps) : IDisposable
{
    /// <summary>What the memory limit made of each stage's step; empty where there is none.</summary>
    public ImmutableArray<MemoryPlan> MemoryPlans { get; init; } = [];

    /// <param name="memory">What the arrays of a step may take, in bytes; null for no limit.</param>
    public static TrainingSession Prepare(ModelFile file, IDevice device, int fold, long? memory = null)
    {
        var spec = file.RequireTraining();
        var entries = spec.Stages.Select(s => file.Entry(s.Entry)).ToArray();
        var steps = spec.Stages.Select((stage, k) => Step(file.Model, entries[k], stage, k)).ToImmutableArray();
        var inputs = steps.SelectMany(s => s.Inputs).Where(i => i.Role == InputRole.Data).DistinctBy(i => i.Name).ToArray();
        var targets = entries.SelectMany(e => e.Targets).ToHashSet();
        var bounds = entries.SelectMany(e => IndexBounds.Of(e.Training ?? e.Inference)).Distinct().ToImmutableArray();
        var data = ModelData.Load(file, new DataRequest(inputs, targets, bounds, device.Real) { Split = ModelData.SplitOf(spec, fold) });
        var batch = Math.Min(spec.Batch, data.Training.Count);
        var plans = memory is { } budget
            ? spec.Stages.Select((stage, k) => PlanMemory(file.Model, entries[k], stage, k, device.Real, data.Sizes.With(batch), budget)).ToImmutableArray()
            : [];
        steps = plans.IsEmpty ? steps : [.. plans.Select(p => p.Step)];
        var store = ModelStore.Create(file.Model, device.Real, spec.Stages.Zip(steps));
        store.Initialize(spec.Seed);
        ModelStore.Keep(store, device);
        var stages = spec.Stages.Select((stage, k) => Stage(stage, steps[k], entries[k], device, data)).ToImmutableArray();
        var plan = new TrainingPlan(stages, store, data.Training)
        {
            Test = data.Test,
            Batch = batch,
            IsShuffled = spec.Shuffle,
            Seed = spec.Seed,
            ProgramHash = ProgramIdentity.Of(steps),
            Notes = data.Notes,
        };
        return new TrainingSession(file, plan, data, steps) { MemoryPlans = plans };
    }

    /// <summary>Gives back code and stored tensors, and with them what a device holds.</summary>
    public void Dispose()
    {
        foreach (var step in Plan.Stages.SelectMany(s => new[] { s.Train, s.Evaluate }).OfType<IDisposable>())
        {
            step.Dispose();
        }

        Plan.Store.Dispose();
        foreach (var constant in Data.Constants.Values)
        {
            constant.Dispose();
        }
    }

    /// <summary>A stage's step within a memory limit.</summary>
    /// <exception cref="ToolFailure">NN0740: there is none.</exception>
    public static MemoryPlan PlanMemory(
        ModelGraph model, EntryPoint entry, StageSpec stage, int index, TensorElement real, Func<DimSymbol, long> sizes, long budget) => MemoryPlan.Choose(
            segment => Step(model, entry, stage, index, segment),
            Checkpointing.Lengths(entry.Training!).Select(l => l.Evaluate(sizes)).DefaultIfEmpty().Max(), real, sizes, budget);

    /// <summary>The graph of a stage's step; later stages' optimizer states have names of their own, since they may start otherwise.</summary>
    /// <param name="segment">The steps between checkpoints of recurrences; null to keep what the gradient reads of every step.</param>
    public static GraphFunction Step(ModelGraph model, EntryPoint entry, StageSpec stage, int index, long? segment = null)
    {
        var frozen = model.Parameters.Where(p => p.IsFrozen).Select(p => p.Name).ToHashSet();
        var builder = new GraphBuilder();
        var step = TrainingStep.Build(builder, segment is { } steps ? entry with { Training = Checkpointing.Apply(builder, entry.Training!, steps) } : entry, stage, frozen);
        if (index == 0)
        {
            return step;
        }

        var renamed = step.Inputs.Where(i => i.Role == InputRole.OptimizerState).ToDictionary(i => i.Name, i => $"stage{index + 1}/{i.Name}");
        return step with
        {
            Inputs = [.. step.Inputs.Select(i => renamed.TryGetValue(i.Name, out var name) ? i with { Name = name } : i)],
            Outputs = [.. step.Outputs.Select(o => o.Updates is { } updated && renamed.TryGetValue(updated, out var name) ? o with { Updates = name } : o)],
        };
    }

    private static TrainingStage Stage(StageSpec stage, GraphFunction step, EntryPoint entry, IDevice device, ModelData data)
    {
        var measures = Measures(entry, stage.Loss);
        return new TrainingStage(stage.Name, new CompiledStep(step, device, data.Sizes, data.Constants), stage.Epochs)
        {
            Evaluate = data.Test is null || measures.Outputs.IsEmpty ? null : new CompiledStep(measures, device, data.Sizes, data.Constants),
            RateFactor = stage.Schedule is { } schedule ? schedule.Factor : null,
            Patience = stage.Patience,
        };
    }

    /// <summary>The stage's loss first, then metrics, of the entry without training.</summary>
    private static GraphFunction Measures(EntryPoint entry, string loss)
    {
        var sliced = FunctionSlice.Of(entry.Inference, OutputRole.Loss, OutputRole.Metric);
        return FunctionSlice.Of(
            sliced with { Outputs = [.. sliced.Outputs.Where(o => o.Role == OutputRole.Metric || o.Name == loss)] }, OutputRole.Loss, OutputRole.Metric);
    }
}
