using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// What stands at a place: a name with its shape, documentation, the history of its sizes, its parameters and the equation of
/// its gradient; or the shape of the expression around a sign.
/// </summary>
internal static class Hovers
{
    public static Hover? At(HoverParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context);
        if (place.Use is { } use)
        {
            return Make(HoverText.Of(place.Model, use), place.RangeOf(use.Span));
        }

        return ExpressionAt(place) is { } expression && place.Model.ValuesOf(expression) is [_, ..] values && values[0].HasShape
            ? Make(HoverText.Of(values), place.RangeOf(expression.Span))
            : null;
    }

    private static Hover Make(string text, Range range) => new(new MarkupContent("markdown", text)) { Range = range };

    /// <summary>The innermost expression around a sign or bracket. A number says what it is by itself.</summary>
    private static Expression? ExpressionAt(DocumentPlace place) =>
        place.Model.Tree.Root.PathTo(place.Offset).LastOrDefault(n => n.Span.Span.Contains(place.Offset)) is Expression expression
            and not (IntegerLiteral or RealLiteral or BoolLiteral or StringLiteral) ? expression : null;
}
