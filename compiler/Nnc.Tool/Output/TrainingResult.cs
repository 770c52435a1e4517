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
            TrainingEnd.StoppedEarly => string.Create(CultureInfo.InvariantCulture, $"stopped early, at the weights of epoch {outcome.BestEpoch},"),
            TrainingEnd.Cancelled => "interrupted",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (outcome.Records is not [.., var last])
        {
            return $"{model}: {end} before the first epoch's end\n";
        }

        var shown = outcome.End == TrainingEnd.StoppedEarly ? outcome.Records.LastOrDefault(r => r.Epoch == outcome.BestEpoch) ?? last : last;
        var values = shown.Training.Where(v => v.Name != "grad_norm").Select(Numbers.Short).Concat(shown.Test.Select(v => $"test {Numbers.Short(v)}"));
        var text = string.Create(CultureInfo.InvariantCulture, $"{model}: {end} in {outcome.Records.Length:N0} epochs: {string.Join(", ", values)}\n");
        return folder is null ? text : $"{text}weights: {Path.Combine(folder, "weights.safetensors")}\n";
    }

    public static string ToJson(string model, TrainingOutcome outcome, string? folder)
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
        };
        if (outcome.Records is [.., var last])
        {
            json["train"] = Json.Of(last.Training);
            json["test"] = Json.Of(last.Test);
            json["seconds"] = Math.Round(outcome.Records.Sum(r => r.Seconds), 3);
        }

        if (folder is not null)
        {
            json["weights"] = Path.Combine(folder, "weights.safetensors");
        }

        return Json.Print(json);
    }
}
