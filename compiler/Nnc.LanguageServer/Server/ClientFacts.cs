using System.Collections.Immutable;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Server;

/// <summary>What a client says of itself, put in terms of what the server does.</summary>
internal static class ClientFacts
{
    private static readonly RequestType<Nothing, Nothing>[] s_none = [];

    /// <summary>The client asks for diagnostics, and need not be sent any.</summary>
    public static bool AsksForDiagnostics(this ClientCapabilities client) => client.TextDocument?.Diagnostic is not null;

    /// <summary>The client tells of files that change on disk, if it is asked to.</summary>
    public static bool WatchesFiles(this ClientCapabilities client) => client.Workspace?.DidChangeWatchedFiles?.DynamicRegistration == true;

    /// <summary>What the client asks for again when it is told that it should.</summary>
    public static IEnumerable<RequestType<Nothing, Nothing>> Refreshes(this ClientCapabilities client) =>
    [
        .. client.Workspace?.Diagnostics?.RefreshSupport == true ? [Requests.DiagnosticRefresh] : s_none,
        .. client.Workspace?.InlayHint?.RefreshSupport == true ? [Requests.InlayHintRefresh] : s_none,
        .. client.Workspace?.CodeLens?.RefreshSupport == true ? [Requests.CodeLensRefresh] : s_none,
        .. client.Workspace?.SemanticTokens?.RefreshSupport == true ? [Requests.SemanticTokensRefresh] : s_none,
    ];

    /// <summary>The paths of the folders: those of the workspace, or the one root that older clients give.</summary>
    public static ImmutableArray<string> Folders(InitializeParams parameters) =>
        parameters.WorkspaceFolders is { } folders ? [.. folders.Select(f => DocumentUri.ToPath(f.Uri)).OfType<string>()]
        : parameters.RootUri is { } root && DocumentUri.ToPath(root) is { } path ? [path]
        : parameters.RootPath is { } old && Path.IsPathRooted(old) ? [Path.GetFullPath(old)]
        : [];
}
