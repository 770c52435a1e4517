using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>What a finished run prints.</summary>
internal static class TrainingResult
{
    public static string ToText(string model, TrainingOutcome outcome, string? folder)
    {
        var end = outcome.End switch
        {
            TrainingEnd.Completed => "trained",
            TrainingEnd.StoppedEarly => "stopped early",
            TrainingEnd.Cancelled => "interrupted",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (outcome.Kept is not { } kept)
        {
            return $"{model}: {end} before the first epoch's end\n";
        }

        var count = outcome.Records.Length;
        var epochs = string.Create(CultureInfo.InvariantCulture, $"in {count:N0} epoch{(count == 1 ? "" : "s")}");
        var which = kept == outcome.Records[^1] ? "" : string.Create(CultureInfo.InvariantCulture, $", at the weights of epoch {kept.Epoch:N0}");
        var values = kept.Training.Where(v => v.Name != "grad_norm").Select(Numbers.Short).Concat(kept.Test.Select(v => $"test {Numbers.Short(v)}"));
        var text = $"{model}: {end} {epochs}{which}: {string.Join(", ", values)}\n";
        return folder is null ? text : $"{text}weights: {Path.Combine(folder, "weights.safetensors")}\n";
    }

    public static string ToJson(string model, TrainingOutcome outcome, string? folder) => Json.Print(ToNode(model, outcome, folder));

    public static JsonObject ToNode(string model, TrainingOutcome outcome, string? folder)
    {
        var json = new JsonObject
        {
            ["model"] = model,
            ["end"] = outcome.End switch
            {
                TrainingEnd.Completed => "completed",
                TrainingEnd.StoppedEarly => "stopped_early",
                TrainingEnd.Cancelled => "interrupted",
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            ["epochs"] = outcome.Records.Length,
            ["best_epoch"] = outcome.BestEpoch,
            ["kept_epoch"] = outcome.Kept?.Epoch,
        };
        if (outcome.Kept is { } kept)
        {
            json["train"] = Json.Of(kept.Training);
            json["test"] = Json.Of(kept.Test);
            json["seconds"] = Math.Round(outcome.Records.Sum(r => r.Seconds), 3);
        }

        if (folder is not null)
        {
            json["weights"] = Path.Combine(folder, "weights.safetensors");
        }

        return json;
    }
}
