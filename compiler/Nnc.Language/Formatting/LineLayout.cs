using System.Collections.Immutable;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Formatting;

/// <summary>The columns of pieces whose lines are known, and the blank space between them.</summary>
internal static class LineLayout
{
    /// <summary>Places every piece.</summary>
    public static void Place(ImmutableArray<Piece> pieces)
    {
        for (var line = 0; line < pieces.Length;)
        {
            line = Place(pieces, line, int.MaxValue, out _);
        }
    }

    /// <summary>Places the pieces of one line; returns the first piece of the next.</summary>
    /// <param name="over">The first piece that reaches over the limit, comments apart, where placing stopped; −1 if none does.</param>
    public static int Place(ImmutableArray<Piece> pieces, int line, int limit, out int over)
    {
        over = -1;
        var first = pieces[line];
        first.Column = first.Indentation = first.Anchor!.Column;
        for (var i = line; ; i++)
        {
            if (i > line)
            {
                pieces[i].Column = pieces[i - 1].EndColumn + Gap(pieces[i - 1], pieces[i]).Length;
                pieces[i].Indentation = first.Indentation;
            }

            if (pieces[i].EndColumn > limit && !pieces[i].IsComment)
            {
                over = i;
                return i;
            }

            if (i + 1 == pieces.Length || pieces[i + 1].BeginsLine)
            {
                return i + 1;
            }
        }
    }

    /// <summary>What stands between a piece and the one before it, once it is placed.</summary>
    public static string Gap(Piece? previous, Piece piece)
    {
        if (piece.BeginsLine)
        {
            return (previous is null ? "" : piece.FollowsBlankLine ? "\n\n" : "\n") + new string(' ', piece.Column);
        }

        return NaturalGap(previous!, piece) + new string(' ', piece.Padding);
    }

    /// <summary>The blank space between two pieces of a line where nothing is below each other.</summary>
    public static string NaturalGap(Piece previous, Piece piece) => piece switch
    {
        { IsComment: true } => "  ",
        { StartsStatement: true } when previous.Type != LBRACE => "; ",
        _ => previous.GluesRight || piece.GluesLeft ? "" : " ",
    };
}
