using System.Collections.Immutable;
using Nnc.Core.Text;
using Nnc.Grammar;
using Nnc.Language.Syntax;

namespace Nnc.Language.Formatting;

/// <summary>
/// The one style of .nnet files (docs/formatting.md). Only blank space changes, and `;` where a line ends anyway: every
/// other sign and every comment stays, in its order. Formatting twice changes nothing more.
/// </summary>
public static class Formatter
{
    /// <summary>Formats a whole file. One that does not parse has diagnostics and no edits. Never throws.</summary>
    public static FormattingResult Format(SourceText source) => Format(source, new(0, source.Content.Length));

    /// <summary>Formats the statements that a range touches, as they come out where the whole file is formatted.</summary>
    public static FormattingResult Format(SourceText source, TextSpan range)
    {
        var tree = ConcreteTree.Parse(source);
        if (tree.Tree.Diagnostics.Any(d => d.IsError))
        {
            return new(tree.Tree, []);
        }

        var pieces = Pieces.Of(tree);
        var blocks = StyleWalker.Apply(tree.Unit, pieces);
        LineBreaker.Apply(pieces.All, blocks);
        LineLayout.Place(pieces.All);
        Alignment.Apply(pieces.All);
        return new(tree.Tree, Edits(source, pieces.All, range));
    }

    private static ImmutableArray<TextEdit> Edits(SourceText source, ImmutableArray<Piece> pieces, TextSpan range)
    {
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        var lineEnd = LineEnd(source.Content);
        var end = 0;
        var (first, last) = Touched(source, pieces, range);
        foreach (var piece in pieces)
        {
            if (piece.Index >= first && piece.Index <= last)
            {
                Add(end, piece.Start, LineLayout.Gap(piece.Index == 0 ? null : pieces[piece.Index - 1], piece));
            }

            end = piece.End;
        }

        if (range.End == source.Content.Length)
        {
            Add(end, source.Content.Length, pieces.IsEmpty ? "" : "\n");
        }

        return edits.ToImmutable();

        void Add(int start, int stop, string gap)
        {
            gap = gap.Replace("\n", lineEnd);
            if (!source.Content.AsSpan(start, stop - start).SequenceEqual(gap))
            {
                edits.Add(new(TextSpan.FromBounds(start, stop), gap));
            }
        }
    }

    /// <summary>The first and last piece of the statements that stand on the lines of a range.</summary>
    private static (int First, int Last) Touched(SourceText source, ImmutableArray<Piece> pieces, TextSpan range)
    {
        var firstLine = source.PositionOf(range.Start).Line;
        var lastLine = source.PositionOf(range.End).Line;
        var first = pieces.TakeWhile(p => p.Source.Line < firstLine).Count();
        var last = pieces.TakeWhile(p => p.Source.Line <= lastLine).Count() - 1;
        while (first > 0 && first < pieces.Length && !IsBoundary(pieces[first]))
        {
            first--;
        }

        while (last + 1 < pieces.Length && !IsBoundary(pieces[last + 1]))
        {
            last++;
        }

        return (first, last);
    }

    private static bool IsBoundary(Piece piece) => piece.StartsStatement || piece.Type == NNetLexer.RBRACE;

    /// <summary>A file keeps the line ends it has: those of its first line.</summary>
    private static string LineEnd(string content) =>
        content.IndexOf('\n') is > 0 and var first && content[first - 1] == '\r' ? "\r\n" : "\n";
}
