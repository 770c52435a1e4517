using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Language.Syntax;
using Nnc.LanguageServer.Documents;
using Nnc.LanguageServer.Protocol;
using Nnc.LanguageServer.Server;

namespace Nnc.LanguageServer.Features;

/// <summary>What an editor can fold away: blocks, statements over several lines, runs of comments and imports.</summary>
internal static class Foldings
{
    public static ImmutableArray<FoldingRange> Of(FoldingRangeParams parameters, RequestContext context)
    {
        var document = context.DocumentOf(parameters.TextDocument);
        var tree = document.ModelIn(context).Tree;
        var lines = document.Lines;
        return
        [
            .. tree.Root.DescendantsAndSelf().Where(n => n is Block or Statement).SelectMany(n => Fold(n, lines)).DistinctBy(f => f.StartLine).OrderBy(f => f.StartLine),
            .. Runs(Comments(document), lines, "comment"),
            .. Runs([.. tree.Root.Declarations.OfType<ImportDeclaration>().Select(i => i.Span.Span)], lines, "imports"),
        ];
    }

    /// <summary>A block folds to the line of its brace, with the closing one left in sight.</summary>
    private static IEnumerable<FoldingRange> Fold(SyntaxNode node, LineTable lines)
    {
        var (start, end) = (lines.PositionOf(node.Span.Span.Start).Line, lines.PositionOf(node.Span.Span.End).Line);
        var last = node is Block && node.Span.Text.EndsWith('}') ? end - 1 : end;
        return last > start ? [new FoldingRange(start, last)] : [];
    }

    private static ImmutableArray<TextSpan> Comments(Document document) =>
        [.. SourceToken.Read(document.Source).Where(t => t.Kind is SourceTokenKind.Comment or SourceTokenKind.Documentation)
            .Where(t => document.Source.LineText(document.Source.PositionOf(t.Span.Start).Line).TrimStart().StartsWith("//", StringComparison.Ordinal))
            .Select(t => t.Span)];

    /// <summary>Neighbouring lines as one fold.</summary>
    private static IEnumerable<FoldingRange> Runs(ImmutableArray<TextSpan> spans, LineTable lines, string kind)
    {
        for (var k = 0; k < spans.Length;)
        {
            var (first, next) = (lines.PositionOf(spans[k].Start).Line, k + 1);
            while (next < spans.Length && lines.PositionOf(spans[next].Start).Line == first + next - k)
            {
                next++;
            }

            if (next - k > 1)
            {
                yield return new FoldingRange(first, first + next - k - 1) { Kind = kind };
            }

            k = next;
        }
    }
}
