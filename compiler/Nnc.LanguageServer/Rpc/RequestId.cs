using System.Text.Json;

namespace Nnc.LanguageServer.Rpc;

/// <summary>A request's number or string, as it was written: <c>1</c> and <c>"1"</c> are two.</summary>
public readonly record struct RequestId(string Json)
{
    public static RequestId? Of(JsonElement element) =>
        element.ValueKind is JsonValueKind.Number or JsonValueKind.String ? new(element.GetRawText()) : null;

    public override string ToString() => Json;
}
