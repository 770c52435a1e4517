using Nnc.Core.Text;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Server;

/// <summary>What a request is answered from: the workspace as it was when the request came.</summary>
/// <param name="Client">What the client can do.</param>
/// <param name="Cancelled">The answer is not wanted any more.</param>
public sealed record RequestContext(Workspace Workspace, ClientCapabilities Client, ServerEnvironment Environment, CancellationToken Cancelled)
{
    private const string StandardPrefix = "std/";

    /// <summary>The document of a request; where there is none the request fails.</summary>
    public Document DocumentOf(string uri) =>
        Workspace.Find(uri) ?? throw new RequestFailure(ErrorCode.InvalidParams, $"there is no document `{uri}`");

    public Document DocumentOf(TextDocumentIdentifier identifier) => DocumentOf(identifier.Uri);

    /// <summary>Where an editor finds a place: in a document, an imported file, or the standard library beside the tool.</summary>
    /// <returns>Null for a place in no file, or in a standard library that is nowhere on disk.</returns>
    public Location? LocationOf(SourceSpan span) => UriOf(span.Source) is { } uri ? new(uri, LineTable.RangeOf(span)) : null;

    /// <summary>Whether a text is a file of the standard library beside the tool, which is nobody's to change.</summary>
    public bool IsInStandardLibrary(SourceText source) =>
        Environment.StandardLibrary is { } folder && Path.GetDirectoryName(source.Path) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public string? UriOf(SourceText source)
    {
        if (source.GivenAs is not null)
        {
            return null;
        }

        if (source.Path.StartsWith(StandardPrefix, StringComparison.Ordinal))
        {
            return Environment.StandardLibrary is { } folder ? DocumentUri.FromPath(Path.Combine(folder, source.Path[StandardPrefix.Length..])) : null;
        }

        return Workspace.Open.TryGetValue(source.Path, out var open) ? open.Uri : DocumentUri.FromPath(source.Path);
    }
}
