using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Formatting;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;
using TextEdit = Nnc.LanguageServer.Protocol.TextEdit;

namespace Nnc.LanguageServer.Features;

/// <summary>
/// The one style of .nnet files, by the formatter that <c>nnc fmt</c> is. The client's tab size is not asked: the style has
/// none. A file that does not parse is left as it is.
/// </summary>
internal static class Formatting
{
    public static ImmutableArray<TextEdit> OfDocument(DocumentFormattingParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        return Edits(document, new TextSpan(0, document.Source.Content.Length));
    }

    public static ImmutableArray<TextEdit> OfRange(DocumentRangeFormattingParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        return Edits(document, document.Lines.SpanOf(parameters.Range));
    }

    /// <summary>After a line end or a closing brace: the statement that it ends, not the line where typing goes on.</summary>
    public static ImmutableArray<TextEdit> OnType(DocumentOnTypeFormattingParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var typed = document.Lines.OffsetOf(parameters.Position);
        var end = parameters.Ch == "\n" ? document.Lines.OffsetOf(new(parameters.Position.Line, 0)) : typed;
        var statement = parameters.Ch == "\n" ? Math.Max(0, end - 1) : end;
        return [.. Edits(document, new TextSpan(statement, 0)).Where(e => document.Lines.OffsetOf(e.Range.End) <= end && e.Range.End.Line < parameters.Position.Line + (parameters.Ch == "\n" ? 0 : 1))];
    }

    private static ImmutableArray<TextEdit> Edits(Document document, TextSpan range) =>
        [.. Formatter.Format(document.Source, range).Edits.Select(e => new TextEdit(document.Lines.RangeOf(e.Span), e.NewText))];
}
