using System.Collections.Immutable;
using Nnc.Language.Semantics;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>The signature of what is being called, with the formal that is being given.</summary>
internal static class SignatureHelps
{
    public static SignatureHelp? At(SignatureHelpParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context).Alone;
        var cursor = CursorTokens.At(place.Document.Source, place.Offset);
        if (cursor.Within is not null || cursor.Call() is not { } call || CalledSymbol.Of(place, call) is not { } called || Signature.Of(called.Symbol) is not { } signature)
        {
            return null;
        }

        // The formals of both lists are shown; those of the other one are counted first.
        var position = called.PositionOf(call);
        var active = position < 0 ? (int?)null : called.TakesData ? signature.Options.Length + position : position;
        return new SignatureHelp([Information(called.Symbol, signature)]) { ActiveSignature = 0, ActiveParameter = active };
    }

    private static SignatureInformation Information(Symbol symbol, Signature signature) => new(signature.Text)
    {
        Documentation = Markdown.Of(symbol.Documentation),
        Parameters = [.. signature.Options.Concat(signature.Data).Select(f => new ParameterInformation(ImmutableArray.Create(f.Span.Start, f.Span.End)))],
    };
}
