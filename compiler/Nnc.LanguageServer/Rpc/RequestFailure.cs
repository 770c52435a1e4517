namespace Nnc.LanguageServer.Rpc;

/// <summary>Ends a request with an error that is the client's or the document's, not the server's.</summary>
public sealed class RequestFailure(int code, string message) : Exception(message)
{
    /// <summary>One of <see cref="ErrorCode"/>.</summary>
    public int Code => code;
}
