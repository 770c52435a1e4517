using System.Collections.Immutable;
using System.Text.Json;

namespace Nnc.Runtime.Data;

/// <summary>
/// The texts that the integers of columns stand for: number k is the k-th text. A trained model needs the numbering of its
/// training data for all later data, so weights files keep it.
/// </summary>
public static class ClassLabels
{
    /// <summary>The key under which weights files keep the numbering.</summary>
    public const string MetadataKey = "labels";

    public static ImmutableDictionary<string, ImmutableArray<string>> None => ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The columns in order of their names, so that the same labels give the same text.</summary>
    public static string ToJson(ImmutableDictionary<string, ImmutableArray<string>> labels) =>
        JsonSerializer.Serialize(labels.OrderBy(l => l.Key, StringComparer.Ordinal).ToDictionary(l => l.Key, l => l.Value.ToArray()));

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where the text is anything else.</summary>
    public static ImmutableDictionary<string, ImmutableArray<string>>? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string[]>>(json) is { } read && read.Values.All(v => v is not null && v.All(t => t is not null))
                ? read.ToImmutableDictionary(l => l.Key, l => l.Value.ToImmutableArray())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
