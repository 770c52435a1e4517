using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nnc.Runtime.Training;

namespace Nnc.Tool.Output;

/// <summary>How results look as JSON.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Print(JsonNode node) => node.ToJsonString(s_indented);

    /// <summary>An object of numbers; one that is not finite, which JSON cannot hold, is null.</summary>
    public static JsonObject Of(IEnumerable<NamedValue> values)
    {
        var json = new JsonObject();
        foreach (var value in values)
        {
            json[value.Name] = double.IsFinite(value.Value) ? JsonValue.Create(value.Value) : null;
        }

        return json;
    }
}
