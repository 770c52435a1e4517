using System.Collections.Immutable;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// What can stand at the cursor: members behind a point, layers and functions behind a pipe (those that fit its shape first),
/// named arguments in a call, types, settings, statements, or the names that are seen.
/// </summary>
internal static class Completions
{
    public static OneOf<CompletionList, ImmutableArray<CompletionItem>> At(CompletionParams parameters, RequestContext context)
    {
        var place = DocumentPlace.Of(parameters.TextDocument, parameters.Position, context).Alone;
        var cursor = CursorTokens.At(place.Document.Source, place.Offset);
        var usesSnippets = context.Client.TextDocument?.Completion?.CompletionItem?.SnippetSupport == true;
        var items = new CompletionItems(place.Document.Lines.RangeOf(cursor.Word), usesSnippets);
        if (cursor.Within is { Kind: SourceTokenKind.Text } text && cursor.Last is { Text: "import" })
        {
            CompletionPaths.Add(items, place.Document, text, context);
        }
        else if (cursor.Within is null)
        {
            new CompletionSource(place, cursor, items).Add();
        }

        return new CompletionList(false, items.ToImmutable());
    }
}
