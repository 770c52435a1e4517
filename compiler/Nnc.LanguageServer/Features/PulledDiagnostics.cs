using System.Collections.Immutable;
using System.Globalization;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// Diagnostics for clients that ask for them. An answer is named by its document's serial number, which changes with the
/// document and with whatever it depends on: who has it already is told so.
/// </summary>
internal static class PulledDiagnostics
{
    public static OneOf<RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport> OfDocument(DocumentDiagnosticParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        return parameters.PreviousResultId == NameOf(document)
            ? new RelatedUnchangedDocumentDiagnosticReport(NameOf(document))
            : new RelatedFullDocumentDiagnosticReport(Diagnostics.Of(document, context)) { ResultId = NameOf(document) };
    }

    public static WorkspaceDiagnosticReport OfWorkspace(WorkspaceDiagnosticParams parameters, RequestContext context)
    {
        var known = parameters.PreviousResultIds.DistinctBy(p => p.Uri).ToDictionary(p => DocumentUri.KeyOf(p.Uri), p => p.Value);
        var reports = ImmutableArray.CreateBuilder<OneOf<WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport>>();
        foreach (var document in context.Workspace.All)
        {
            context.Cancelled.ThrowIfCancellationRequested();
            var name = NameOf(document);
            reports.Add(known.GetValueOrDefault(DocumentUri.KeyOf(document.Uri)) == name
                ? new WorkspaceUnchangedDocumentDiagnosticReport(name, document.Uri, document.Version)
                : new WorkspaceFullDocumentDiagnosticReport(Diagnostics.Of(document, context), document.Uri, document.Version) { ResultId = name });
        }

        return new(reports.ToImmutable());
    }

    private static string NameOf(Document document) => document.Serial.ToString(CultureInfo.InvariantCulture);
}
