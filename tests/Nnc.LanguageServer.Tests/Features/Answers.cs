using System.Collections.Immutable;
using Nnc.LanguageServer.Features;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Rpc;

namespace Nnc.LanguageServer.Tests.Features;

/// <summary>The answers to requests as text that is read beside the source.</summary>
internal static partial class Answers
{
    public static IReadOnlyDictionary<string, Func<FeatureCase, string>> ByRequest { get; } = new Dictionary<string, Func<FeatureCase, string>>
    {
        ["definition"] = Definition,
        ["references"] = ReferencesOf,
        ["highlight"] = Highlight,
        ["rename"] = Rename,
        ["document_symbols"] = Outline,
        ["workspace_symbols"] = Symbols,
        ["hover"] = Hover,
        ["inlay_hints"] = Hints,
        ["code_lens"] = Lenses,
        ["semantic_tokens"] = Tokens,
        ["completion"] = Completion,
        ["signature_help"] = SignatureHelp,
        ["diagnostics"] = Wrong,
        ["code_action"] = Fixes,
        ["formatting"] = Formatted,
        ["folding"] = Folding,
        ["selection"] = Selection,
    };

    private static string Definition(FeatureCase test) =>
        Definitions.At(new(test.Identifier, test.Cursor), test.Context)?.Value is Location location ? test.Show(location.Uri, location.Range) : "nowhere\n";

    private static string ReferencesOf(FeatureCase test) =>
        Shown(test, References.At(new(test.Identifier, test.Cursor, new ReferenceContext(test.With != "no declaration")), test.Context).Select(l => (l.Uri, l.Range, "")));

    private static string Highlight(FeatureCase test) =>
        Shown(test, Highlights.At(new(test.Identifier, test.Cursor), test.Context).Select(h => (test.Uri, h.Range, $"{h.Kind} ")));

    private static string Rename(FeatureCase test)
    {
        var prepared = Renames.Prepare(new(test.Identifier, test.Cursor), test.Context)?.Value as PrepareRenameResult;
        var before = prepared is null ? "cannot be renamed\n" : $"{prepared.Placeholder} at {test.Show(test.Uri, prepared.Range)}";
        try
        {
            return before + (Renames.At(new(test.Identifier, test.Cursor, test.With), test.Context) is { } edit ? test.Apply(edit) : "nothing there\n");
        }
        catch (RequestFailure failure)
        {
            return before + $"refused: {failure.Message}\n";
        }
    }

    private static string Outline(FeatureCase test) =>
        Outline((ImmutableArray<DocumentSymbol>)DocumentSymbols.Of(new(test.Identifier), test.Context).Value, "");

    private static string Outline(ImmutableArray<DocumentSymbol> symbols, string margin) =>
        string.Concat(symbols.Select(s => $"{margin}{s.Name} ({s.Kind}) {s.Detail} lines {s.Range.Start.Line + 1}–{s.Range.End.Line + 1}\n{Outline(s.Children ?? [], margin + "  ")}"));

    private static string Symbols(FeatureCase test) =>
        string.Concat(((ImmutableArray<WorkspaceSymbol>)WorkspaceSymbols.Find(new(test.With), test.Context).Value)
            .Select(s => $"{s.Name} ({s.Kind}) {test.Show(((Location)s.Location.Value).Uri, ((Location)s.Location.Value).Range)}"));

    private static string Folding(FeatureCase test) =>
        string.Concat(Foldings.Of(new(test.Identifier), test.Context).Select(f => $"lines {f.StartLine + 1}–{f.EndLine + 1} {f.Kind}".TrimEnd() + "\n"));

    private static string Selection(FeatureCase test)
    {
        var text = "";
        for (var selection = Selections.At(new(test.Identifier, [test.Cursor]), test.Context)[0]; selection.Parent is not null; selection = selection.Parent)
        {
            text += $"[{test.Document.Source.TextOf(test.Document.Lines.SpanOf(selection.Range))}]\n";
        }

        return text;
    }

    private static string Shown(FeatureCase test, IEnumerable<(string Uri, Range Range, string Label)> places) =>
        string.Concat(places.Select(p => p.Label + test.Show(p.Uri, p.Range)).DefaultIfEmpty("none\n"));
}
