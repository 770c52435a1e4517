using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Nnc.LanguageServer.Protocol;

/// <summary>How messages are read and written: what has to be there is, and what is null is left out where it may be.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
internal sealed partial class ProtocolJson
{
    /// <summary>Reads what a message carries; throws <see cref="JsonException"/> where it does not fit.</summary>
    public static T? Read<T>(JsonElement element) => element.Deserialize(Info<T>());

    public static JsonElement Write<T>(T value) => JsonSerializer.SerializeToElement(value, Info<T>());

    public static JsonTypeInfo<T> Info<T>() =>
        (JsonTypeInfo<T>)(Default.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T)} goes over no wire."));
}
