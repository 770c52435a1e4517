using System.Text.Json;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>What becomes of an answer when its document changes before it is given.</summary>
public enum Staleness
{
    /// <summary>It is given: it still helps, as a hover or a list of completions does.</summary>
    Kept,

    /// <summary>It would be wrong, as edits would: the client is told that the content was modified.</summary>
    Refused,
}

/// <summary>A request that the server answers.</summary>
/// <param name="Announce">Adds what the client must know to the server's capabilities.</param>
/// <param name="Answer">From the parameters to the result as JSON; throws <see cref="JsonException"/> where the parameters do not fit.</param>
public sealed record RequestEntry(
    string Method,
    Staleness Staleness,
    Func<ServerCapabilities, ServerCapabilities> Announce,
    Func<JsonElement, RequestContext, ReadOnlyMemory<byte>> Answer)
{
    /// <param name="handler">A pure function of the parameters and of the workspace when the request came.</param>
    public static RequestEntry Of<TParams, TResult>(
        RequestType<TParams, TResult> type,
        Func<TParams, RequestContext, TResult?> handler,
        Staleness staleness,
        Func<ServerCapabilities, ServerCapabilities> announce) =>
        new(type.Method, staleness, announce, (parameters, context) => Connection.ToJson(handler(Parameters.Read<TParams>(parameters), context)));
}

/// <summary>Reads what messages carry.</summary>
internal static class Parameters
{
    /// <exception cref="JsonException">They do not fit.</exception>
    public static T Read<T>(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            throw new JsonException("there are no parameters");
        }

        return ProtocolJson.Read<T>(element) ?? throw new JsonException("the parameters are null");
    }
}
