using System.Text.Json.Nodes;
using Nnc.Core.Diagnostics;

namespace Nnc.Tool.Output;

/// <summary>Diagnostics as SARIF 2.1.0, which code hosts show beside the source.</summary>
internal static class CheckedFileSarif
{
    public static string Render(IEnumerable<CheckedFile> files)
    {
        var results = files.SelectMany(f => f.Diagnostics.Select(d => (JsonNode)Result(f.Path, d))).ToArray();
        return Json.Print(new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject { ["driver"] = new JsonObject { ["name"] = "nnc" } },
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray(results),
            }),
        });
    }

    private static JsonObject Result(string path, Diagnostic d)
    {
        var result = new JsonObject
        {
            ["ruleId"] = d.Code,
            ["level"] = d.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" },
            ["message"] = new JsonObject { ["text"] = d.Help is null ? d.Message : $"{d.Message}. {d.Help}" },
        };
        var location = new JsonObject { ["artifactLocation"] = new JsonObject { ["uri"] = (d.Location?.Source.Path ?? path).Replace('\\', '/') } };
        if (d.Location is { } place)
        {
            var end = place.Source.PositionOf(place.Span.End);
            location["region"] = new JsonObject
            {
                ["startLine"] = place.Line,
                ["startColumn"] = place.Start.Column + 1,
                ["endLine"] = end.Line + 1,
                ["endColumn"] = end.Column + 1,
            };
        }

        result["locations"] = new JsonArray(new JsonObject { ["physicalLocation"] = location });
        return result;
    }
}
