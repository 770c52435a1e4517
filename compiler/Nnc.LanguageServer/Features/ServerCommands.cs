using System.Collections.Immutable;
using System.Text.Json;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// Commands that an editor has of its own and code lenses call: each takes the document's URI and a model's name, and shows
/// what the verb of the tool prints.
/// </summary>
internal static class ServerCommands
{
    public const string ShowSummary = "nnc.showSummary";
    public const string ShowGradient = "nnc.showGradient";
    public const string ShowSchedule = "nnc.showSchedule";

    public static Command Make(string title, string command, string uri, string model) => new(title, command)
    {
        Arguments = [JsonSerializer.SerializeToElement(uri), JsonSerializer.SerializeToElement(model)],
    };

    /// <summary>A lens that says something and does nothing.</summary>
    public static Command Say(string title) => new(title, "") { Arguments = ImmutableArray<JsonElement>.Empty };
}
