using System.Collections.Immutable;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>The places of a document that name the same thing, those that define it as written.</summary>
internal static class Highlights
{
    public static ImmutableArray<DocumentHighlight> At(DocumentHighlightParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        return place.Use is not { } use ? [] :
        [
            .. place.Model.UsesOf(use.Symbol).Select(u => new DocumentHighlight(place.RangeOf(u.Span))
            {
                Kind = u.IsDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
            }),
        ];
    }
}
