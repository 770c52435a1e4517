using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Formatting;
using Nnc.Language.Syntax;
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
        var span = document.Lines.SpanOf(parameters.Range);

        // Whole lines that are chosen end where the next one begins, which is not meant.
        var isBehindLine = span.Length > 0 && document.Lines.PositionOf(span.End).Character == 0;
        return Edits(document, isBehindLine ? new TextSpan(span.Start, span.Length - 1) : span);
    }

    /// <summary>After a line end: the statement above it. After a closing brace: what the brace ends. Never where typing goes on.</summary>
    public static ImmutableArray<TextEdit> OnType(DocumentOnTypeFormattingParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var typed = document.Lines.OffsetOf(parameters.Ch == "\n" ? new(parameters.Position.Line, 0) : parameters.Position);
        var start = parameters.Ch == "\n" ? Math.Max(0, typed - 1) : StartOf(document, typed, context);
        return [.. Edits(document, TextSpan.FromBounds(start, Math.Max(start, typed - 1))).Where(e => document.Lines.OffsetOf(e.Range.End) < typed)];
    }

    /// <summary>Where the outermost block starts, its header included, whose brace stands right before an offset.</summary>
    private static int StartOf(Document document, int end, RequestContext context)
    {
        var ended = document.ModelIn(context).Tree.Root.DescendantsAndSelf().Where(n => n.Span.Span.End == end && n is Declaration or Statement);
        return ended.Select(n => n.Span.Span.Start).Append(Math.Max(0, end - 1)).Min();
    }

    private static ImmutableArray<TextEdit> Edits(Document document, TextSpan range) =>
        [.. Formatter.Format(document.Source, range).Edits.Select(e => new TextEdit(document.Lines.RangeOf(e.Span), e.NewText))];
}
