using System.Collections.Immutable;
using Nnc.Core.Diagnostics;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;
using Diagnostic = Nnc.LanguageServer.Protocol.Diagnostic;

namespace Nnc.LanguageServer.Features;

/// <summary>What is wrong with a document, as an editor shows it.</summary>
internal static class Diagnostics
{
    /// <summary>The diagnostics that lie in the document itself, and where it imports a file that has errors.</summary>
    public static ImmutableArray<Diagnostic> Of(Document document, RequestContext context) =>
        [.. InDocument(document, context).Select(d => Convert(d, context)), .. ImportedErrors.Of(document, context)];

    /// <summary>What the compiler says of places in the document itself.</summary>
    public static IEnumerable<Core.Diagnostics.Diagnostic> InDocument(Document document, RequestContext context) =>
        document.AnalysisIn(context.Workspace).Diagnostics.Where(d => d.Location is { } location && location.Source == document.Source);

    public static Diagnostic Convert(Core.Diagnostics.Diagnostic diagnostic, RequestContext context) =>
        new(LineTable.RangeOf(diagnostic.Location!.Value), Text(diagnostic))
        {
            Severity = diagnostic.Severity switch
            {
                Severity.Error => DiagnosticSeverity.Error,
                Severity.Warning => DiagnosticSeverity.Warning,
                Severity.Hint => DiagnosticSeverity.Hint,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            Code = diagnostic.Code,
            CodeDescription = PageOf(diagnostic.Code, context),
            Source = "nnc",
            RelatedInformation = Related(diagnostic, context),
        };

    /// <summary>The page of a code, for an editor to open.</summary>
    public static CodeDescription? PageOf(string code, RequestContext context) =>
        context.Environment.ErrorPages is { } pages ? new CodeDescription(DocumentUri.FromPath(Path.Combine(pages, $"{code}.md"))) : null;

    private static ImmutableArray<DiagnosticRelatedInformation>? Related(Core.Diagnostics.Diagnostic diagnostic, RequestContext context)
    {
        ImmutableArray<DiagnosticRelatedInformation> places =
            [.. diagnostic.Related.Concat(diagnostic.History).SelectMany(r => context.LocationOf(r.Location) is { } location ? [new DiagnosticRelatedInformation(location, r.Message)] : Array.Empty<DiagnosticRelatedInformation>())];
        return places.IsEmpty ? null : places;
    }

    /// <summary>The message with its arithmetic and its way out: an editor shows no margin of notes.</summary>
    private static string Text(Core.Diagnostics.Diagnostic diagnostic) =>
        string.Join('\n', [diagnostic.Message, .. diagnostic.Notes.Select(n => "= " + n.Replace("\t", "   ")), .. diagnostic.Help is { } help ? ["help: " + help] : Array.Empty<string>()]);
}
