using Nnc.Core.Text;
using Nnc.Language.Semantics;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>A place in a document, with what is known of the document.</summary>
internal sealed record DocumentPlace(Document Document, SemanticModel Model, int Offset)
{
    /// <summary>The name at the place or ending there; null where there is none.</summary>
    public SymbolUse? Use => Model.UseAt(Offset);

    public static DocumentPlace Of(TextDocumentIdentifier identifier, Position position, RequestContext context)
    {
        var document = context.DocumentOf(identifier);
        return new(document, document.ModelIn(context), document.Lines.OffsetOf(position));
    }

    /// <summary>The place for an answer that cannot wait for the whole document: values come from the declaration around it.</summary>
    public DocumentPlace Alone => this with { Model = Model.Around(Offset) };

    public Range RangeOf(SourceSpan span) => Document.Lines.RangeOf(span.Span);
}

internal static class DocumentModels
{
    public static SemanticModel ModelIn(this Document document, RequestContext context) => document.AnalysisIn(context.Workspace).Model;
}
