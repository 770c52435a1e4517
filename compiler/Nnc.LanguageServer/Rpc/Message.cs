using System.Text.Json;

namespace Nnc.LanguageServer.Rpc;

/// <summary>A message as it comes: a request, a notification, or the answer to a request of the server's.</summary>
/// <param name="Id">Null for a notification.</param>
/// <param name="Method">Null for an answer.</param>
/// <param name="Params">What it carries; undefined where it carries nothing.</param>
/// <param name="Result">Of an answer; undefined for an error.</param>
public sealed record Message(RequestId? Id, string? Method, JsonElement Params, JsonElement Result)
{
    /// <summary>Reads a message; or says with which code it is to be refused, and why.</summary>
    /// <param name="body">May be changed.</param>
    public static (Message? Message, RequestFailure? Failure, RequestId? Id) Parse(Memory<byte> body)
    {
        LoneSurrogates.Replace(body.Span);
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(body);
            root = document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            return (null, new(ErrorCode.ParseError, $"the message is no JSON: {exception.Message}"), null);
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, new(ErrorCode.InvalidRequest, "a message is one object; the protocol has no batches"), null);
        }

        var id = root.TryGetProperty("id", out var written) ? RequestId.Of(written) : null;
        var isVersioned = root.TryGetProperty("jsonrpc", out var version) && version.ValueKind == JsonValueKind.String && version.ValueEquals("2.0");
        var method = root.TryGetProperty("method", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        var isAnswer = method is null && id is not null && (root.TryGetProperty("result", out _) || root.TryGetProperty("error", out _));
        if (!isVersioned || (method is null && !isAnswer) || (method is not null && written.ValueKind != JsonValueKind.Undefined && id is null))
        {
            return (null, new(ErrorCode.InvalidRequest, "the message is neither a request nor an answer of JSON-RPC 2.0"), id);
        }

        root.TryGetProperty("params", out var parameters);
        root.TryGetProperty("result", out var result);
        return (new(id, method, parameters, result), null, id);
    }
}
