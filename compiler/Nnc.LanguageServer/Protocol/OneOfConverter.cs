using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nnc.LanguageServer.Protocol;

/// <summary>
/// Reads a union by the form of what is there: its kind of JSON first, then, among objects, the first alternative whose
/// constant members agree and whose required members are all present.
/// </summary>
internal sealed class OneOfConverter<TUnion>(Type[] alternatives, Func<object, TUnion> create) : JsonConverter<TUnion>
    where TUnion : class, IOneOf
{
    public override TUnion? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        foreach (var alternative in alternatives)
        {
            if (Fits(element, alternative, options) && element.Deserialize(options.GetTypeInfo(alternative)) is { } value)
            {
                return create(value);
            }
        }

        throw new JsonException($"{element.ValueKind} is none of {string.Join(", ", alternatives.Select(a => a.Name))}.");
    }

    public override void Write(Utf8JsonWriter writer, TUnion value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, options.GetTypeInfo(alternatives.First(a => a.IsInstanceOfType(value.Value))));

    private static bool Fits(JsonElement element, Type type, JsonSerializerOptions options) => element.ValueKind switch
    {
        JsonValueKind.String => type == typeof(string),
        JsonValueKind.Number => type == typeof(int) || type == typeof(double) || type.IsEnum,
        JsonValueKind.True or JsonValueKind.False => type == typeof(bool),
        JsonValueKind.Array => IsArray(type) && element.EnumerateArray().All(e => FitsItem(e, type.GetGenericArguments()[0], options)),
        JsonValueKind.Object => IsRecord(type) && HasMembers(element, type, options),
        _ => false,
    };

    /// <summary>Items that are unions, or values of other forms, are left to their own reading.</summary>
    private static bool FitsItem(JsonElement element, Type type, JsonSerializerOptions options) =>
        !IsRecord(type) || typeof(IOneOf).IsAssignableFrom(type) || Fits(element, type, options);

    private static bool IsArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool IsRecord(Type type) => type.IsClass && type != typeof(string);

    private static bool HasMembers(JsonElement element, Type type, JsonSerializerOptions options) =>
        type.GetCustomAttributes<JsonConstantAttribute>().All(c => element.TryGetProperty(c.Name, out var value) && value.ValueEquals(c.Value))
        && options.GetTypeInfo(type).Properties.All(p => p.AssociatedParameter is null or { IsMemberInitializer: true } || element.TryGetProperty(p.Name, out _));
}

/// <summary>Makes the converter of a union of any types.</summary>
internal sealed class OneOfConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeof(IOneOf).IsAssignableFrom(typeToConvert);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var create = typeToConvert.GetMethod("Of", BindingFlags.NonPublic | BindingFlags.Static)!
            .CreateDelegate(typeof(Func<,>).MakeGenericType(typeof(object), typeToConvert));
        return (JsonConverter)Activator.CreateInstance(
            typeof(OneOfConverter<>).MakeGenericType(typeToConvert), [typeToConvert.GetGenericArguments(), create])!;
    }
}
