using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>What a run over every part of a k-fold split prints: each part's measures, their means and sample standard deviations.</summary>
internal static class FoldsResult
{
    public static string ToText(string model, ImmutableArray<TrainingOutcome> folds, string? folder)
    {
        var means = Measures(folds).Select(m => string.Create(CultureInfo.InvariantCulture, $"test {m.Name} {Numbers.Short(m.Mean)} ± {Numbers.Short(m.Deviation)}"));
        var text = $"{model}: {folds.Length} folds: {string.Join(", ", means)}\n";
        return folder is null ? text : $"{text}weights: {Path.Combine(folder, "fold0", "weights.safetensors")} and so on\n";
    }

    public static string ToJson(string model, ImmutableArray<TrainingOutcome> folds, Func<int, string?> folder)
    {
        var measures = Measures(folds).ToArray();
        return Json.Print(new JsonObject
        {
            ["model"] = model,
            ["folds"] = new JsonArray([.. folds.Select((f, k) => (JsonNode)TrainingResult.ToNode(model, f, folder(k)))]),
            ["mean"] = Json.Of(measures.Select(m => new NamedValue(m.Name, m.Mean))),
            ["deviation"] = Json.Of(measures.Select(m => new NamedValue(m.Name, m.Deviation))),
        });
    }

    /// <summary>Over the test splits, at the weights that each run keeps; the deviation has n − 1 in its denominator.</summary>
    private static IEnumerable<(string Name, double Mean, double Deviation)> Measures(ImmutableArray<TrainingOutcome> folds)
    {
        var tests = folds.Select(f => f.Kept!.Test).ToArray();
        foreach (var (k, name) in tests[0].Select((v, k) => (k, v.Name)))
        {
            var values = tests.Select(t => t[k].Value).ToArray();
            var mean = values.Average();
            yield return (name, mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
        }
    }
}
