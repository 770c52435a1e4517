namespace Nnc.LanguageServer.Rpc;

/// <summary>The codes of JSON-RPC 2.0 and of the protocol (3.17, section Response Message).</summary>
public static class ErrorCode
{
    /// <summary>The body of a message is no JSON, or its header no header.</summary>
    public const int ParseError = -32700;

    /// <summary>JSON that is no message, or a message at a time when it may not come.</summary>
    public const int InvalidRequest = -32600;

    public const int MethodNotFound = -32601;

    public const int InvalidParams = -32602;

    public const int InternalError = -32603;

    public const int ServerNotInitialized = -32002;

    /// <summary>A request that is well formed and cannot be done.</summary>
    public const int RequestFailed = -32803;

    /// <summary>The document changed while the answer was made.</summary>
    public const int ContentModified = -32801;

    public const int RequestCancelled = -32800;
}
