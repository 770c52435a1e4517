using System.Collections.Immutable;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// Errors of imported files, shown where the import is written: a document that is right in itself may import one that is not,
/// and files that import each other have their error in the other one.
/// </summary>
internal static class ImportedErrors
{
    public static IEnumerable<Diagnostic> Of(Document document, RequestContext context)
    {
        var analysis = document.AnalysisIn(context.Workspace);
        var imports = analysis.Compilation.Tree.Root.Declarations.OfType<ImportDeclaration>().ToImmutableArray();
        if (imports.IsEmpty)
        {
            return [];
        }

        return analysis.Diagnostics
            .Where(d => d.IsError && d.Location is { Source: var source } && source != document.Source && source.GivenAs is null)
            .GroupBy(d => d.Location!.Value.Source.Path)
            .Select(file => At(ImportOf(file.Key), file.First(), context));

        // An import of an import is laid to the first.
        ImportDeclaration ImportOf(string path) =>
            imports.FirstOrDefault(i => Path.GetFileName(i.Path) == Path.GetFileName(path)) ?? imports[0];
    }

    private static Diagnostic At(ImportDeclaration import, Core.Diagnostics.Diagnostic error, RequestContext context) =>
        new(LineTable.RangeOf(import.PathSpan), $"`{import.Path}` cannot be used as it is: {error.Message}")
        {
            Severity = DiagnosticSeverity.Error,
            Code = error.Code,
            CodeDescription = Diagnostics.PageOf(error.Code, context),
            Source = "nnc",
            RelatedInformation = context.LocationOf(error.Location!.Value) is { } place ? [new DiagnosticRelatedInformation(place, error.Message)] : null,
        };
}
