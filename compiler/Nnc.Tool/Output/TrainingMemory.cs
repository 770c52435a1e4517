using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Core.Dimensions;
using Nnc.Graph.Models;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Execution;

namespace Nnc.Tool.Output;

/// <summary>The memory that the first stage's training step takes, for sizes that are given or assumed.</summary>
/// <param name="Assumed">The sizes that the train block or nothing gives, such as <c>N = 64</c>.</param>
/// <param name="Limited">What a memory limit makes of it; null where there is none.</param>
internal sealed record TrainingMemory(long Stored, long Batch, long Workspace, string Assumed, MemoryPlan? Limited)
{
    /// <param name="given">Sizes of symbolic dimensions by name.</param>
    /// <param name="budget">In bytes; null for no limit.</param>
    /// <exception cref="ToolFailure">NN0716: a limit is given, and not every size is known. NN0740: the limit cannot be met.</exception>
    public static TrainingMemory Of(ModelFile file, EntryPoint entry, TrainingSpec spec, IReadOnlyDictionary<string, long> given, long? budget)
    {
        var step = TrainingSession.Step(file.Model, entry, spec.Stages[0], 0);
        var samples = SampleAxis.Of(step.Inputs);
        var memory = StepMemory.Of(step, TensorElement.Float32);
        var open = memory.Total.Symbols().Where(s => !given.ContainsKey(s.Name)).Distinct().ToArray();
        if (budget is not null && open.FirstOrDefault(s => s != samples) is { } unknown)
        {
            throw new ToolFailure("NN0716", $"no size is given for `{unknown.Name}`", $"give --dim {unknown.Name}=SIZE", ExitCode.Usage);
        }

        long Size(DimSymbol symbol) => given.TryGetValue(symbol.Name, out var size) ? size : symbol == samples && spec.Batch < int.MaxValue ? spec.Batch : 1;
        var limited = budget is { } limit ? TrainingSession.PlanMemory(file.Model, entry, spec.Stages[0], 0, TensorElement.Float32, Size, limit) : null;
        return new TrainingMemory(
            memory.Stored.Evaluate(Size), memory.Batch.Evaluate(Size), memory.Workspace.Evaluate(Size),
            string.Join(", ", open.Select(s => $"{s.Name} = {Size(s)}")), limited);
    }

    public string ToText()
    {
        var where = Assumed.Length == 0 ? "" : $" where {Assumed}";
        var limit = Limited is null ? ""
            : Limited.Segment is { } segment ? $"within the limit: {MemoryPlan.Text(Limited.Bytes)}, by computing recurrences again in segments of {segment} steps\n"
            : "within the limit: all of it\n";
        return string.Create(CultureInfo.InvariantCulture, $"memory of a training step: {Total:N0} bytes{where} (parameters and optimizer {Stored:N0}, batch {Batch:N0}, workspace {Workspace:N0})\n{limit}");
    }

    public JsonObject ToJson() => new()
    {
        ["bytes"] = Total,
        ["stored_bytes"] = Stored,
        ["batch_bytes"] = Batch,
        ["workspace_bytes"] = Workspace,
        ["assumed"] = Assumed,
        ["limited_bytes"] = Limited?.Bytes,
        ["segment"] = Limited?.Segment,
    };

    private long Total => Stored + Batch + Workspace;
}
