using System.Collections.Frozen;
using System.Collections.Immutable;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;
using static Nnc.LanguageServer.Server.RequestEntry;

namespace Nnc.LanguageServer.Server;

/// <summary>The requests that a session answers, each with what it announces. A feature is a line here and a file in Features/.</summary>
internal static class RequestTable
{
    private static readonly ImmutableArray<RequestEntry> s_entries =
    [
        Of(Requests.DocumentDiagnostic, PulledDiagnostics.OfDocument, Staleness.Refused, c => c with
        {
            DiagnosticProvider = new DiagnosticOptions(InterFileDependencies: true, WorkspaceDiagnostics: true) { Identifier = "nnc" },
        }),
        Of(Requests.WorkspaceDiagnostic, PulledDiagnostics.OfWorkspace, Staleness.Kept, c => c),
        Of(Requests.DocumentFormatting, Formatting.OfDocument, Staleness.Refused, c => c with { DocumentFormattingProvider = true }),
        Of(Requests.DocumentRangeFormatting, Formatting.OfRange, Staleness.Refused, c => c with { DocumentRangeFormattingProvider = true }),
        Of(Requests.DocumentOnTypeFormatting, Formatting.OnType, Staleness.Refused, c => c with
        {
            DocumentOnTypeFormattingProvider = new DocumentOnTypeFormattingOptions("}") { MoreTriggerCharacter = ["\n"] },
        }),
        Of(Requests.Definition, Definitions.At, Staleness.Kept, c => c with { DefinitionProvider = true }),
        Of(Requests.Hover, Hovers.At, Staleness.Kept, c => c with { HoverProvider = true }),
        Of(Requests.Completion, Completions.At, Staleness.Kept, c => c with { CompletionProvider = new CompletionOptions { TriggerCharacters = [".", ">", ":", "~"] } }),
        Of(Requests.SignatureHelp, SignatureHelps.At, Staleness.Kept, c => c with
        {
            SignatureHelpProvider = new SignatureHelpOptions { TriggerCharacters = ["(", ","], RetriggerCharacters = [":"] },
        }),
        Of(Requests.CodeAction, CodeActions.In, Staleness.Refused, c => c with { CodeActionProvider = new CodeActionOptions { CodeActionKinds = ["quickfix"] } }),
        Of(Requests.InlayHint, InlayHints.In, Staleness.Refused, c => c with { InlayHintProvider = true }),
        Of(Requests.CodeLens, CodeLenses.Of, Staleness.Refused, c => c with { CodeLensProvider = new CodeLensOptions() }),
        Of(Requests.SemanticTokens, SemanticTokenList.OfDocument, Staleness.Refused, c => c with
        {
            SemanticTokensProvider = new SemanticTokensOptions(SemanticTokenList.Legend) { Full = true, Range = true },
        }),
        Of(Requests.SemanticTokensRange, SemanticTokenList.InRange, Staleness.Refused, c => c),
        Of(Requests.References, References.At, Staleness.Kept, c => c with { ReferencesProvider = true }),
        Of(Requests.DocumentHighlight, Highlights.At, Staleness.Kept, c => c with { DocumentHighlightProvider = true }),
        Of(Requests.PrepareRename, Renames.Prepare, Staleness.Kept, c => c),
        Of(Requests.Rename, Renames.At, Staleness.Refused, c => c with { RenameProvider = new RenameOptions { PrepareProvider = true } }),
        Of(Requests.DocumentSymbol, DocumentSymbols.Of, Staleness.Refused, c => c with { DocumentSymbolProvider = true }),
        Of(Requests.WorkspaceSymbol, WorkspaceSymbols.Find, Staleness.Kept, c => c with { WorkspaceSymbolProvider = true }),
        Of(Requests.FoldingRange, Foldings.Of, Staleness.Refused, c => c with { FoldingRangeProvider = true }),
        Of(Requests.SelectionRange, Selections.At, Staleness.Kept, c => c with { SelectionRangeProvider = true }),
    ];

    public static FrozenDictionary<string, RequestEntry> ByMethod { get; } = s_entries.ToFrozenDictionary(e => e.Method);

    /// <summary>What the server can do, for the client to know.</summary>
    public static ServerCapabilities Capabilities { get; } = s_entries.Aggregate(
        new ServerCapabilities
        {
            PositionEncoding = "utf-16",
            TextDocumentSync = new TextDocumentSyncOptions { OpenClose = true, Change = TextDocumentSyncKind.Incremental },
            Workspace = new() { WorkspaceFolders = new() { Supported = true, ChangeNotifications = true } },
        },
        (capabilities, entry) => entry.Announce(capabilities));
}
