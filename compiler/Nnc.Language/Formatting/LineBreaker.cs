using System.Collections.Immutable;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Formatting;

/// <summary>
/// Decides which pieces begin a line: those whose line break the author wrote where the style allows one, and where a line
/// is too long, the last of the loosest places that it reaches.
/// <code>
/// y = a +          →   y = a
///     b                  + b
/// </code>
/// </summary>
internal sealed class LineBreaker
{
    /// <summary>Code is broken that reaches further; comments never are.</summary>
    public const int Limit = 120;

    private readonly ImmutableArray<Piece> _pieces;
    private readonly ImmutableArray<BlockLayout> _blocks;

    private LineBreaker(ImmutableArray<Piece> pieces, ImmutableArray<BlockLayout> blocks) => (_pieces, _blocks) = (pieces, blocks);

    public static void Apply(ImmutableArray<Piece> pieces, ImmutableArray<BlockLayout> blocks)
    {
        var breaker = new LineBreaker(pieces, blocks);
        breaker.KeepBreaks();
        breaker.JoinResemblances();
        breaker.BreakBlocks();
        breaker.KeepBlankLines();
        breaker.Fit();
    }

    private void KeepBreaks()
    {
        var owed = false;
        var openings = new Stack<int>();
        for (var i = 0; i < _pieces.Length; i++)
        {
            var piece = _pieces[i];
            var isForced = i == 0 || _pieces[i - 1].IsComment || (piece.IsComment && piece.HasNewline);
            piece.BeginsLine = isForced || (piece.StartsStatement && piece.Anchor == Anchor.Margin)
                || (!piece.StartsStatement && piece.Break is not null && (owed || piece.HasNewline || WasBrokenBehind(i)));
            owed = piece.Type == COMMA && piece.HasNewline && !isForced;
            if (piece.Opens)
            {
                openings.Push(i);
            }
            else if (piece.Closes)
            {
                PairContent(openings.Pop(), piece);
            }
        }
    }

    /// <summary>Whether a line break stands behind an operator that it belongs before.</summary>
    private bool WasBrokenBehind(int i) =>
        _pieces[i].LeadsLine && i + 1 < _pieces.Length && _pieces[i + 1] is { IsComment: false, HasNewline: true };

    /// <summary>A closing bracket begins a line if what follows the opening one does.</summary>
    private void PairContent(int opening, Piece closing)
    {
        _pieces[opening].Closing = closing;
        var first = _pieces.Skip(opening + 1).First(p => !p.IsComment);
        if (first != closing && closing.Type != RBRACE)
        {
            first.Partner = closing;
            closing.BeginsLine |= first.BeginsLine;
        }
    }

    /// <summary>Joins lines to the ones above that would be taken for equations; from below, since a joined line ends where its last part does.</summary>
    private void JoinResemblances()
    {
        for (var i = _pieces.Length - 1; i > 0; i--)
        {
            if (_pieces[i] is { ResemblesStatement: true, BeginsLine: true } && !_pieces[i - 1].IsComment && !EndsInList(i))
            {
                _pieces[i].BeginsLine = false;
            }
        }
    }

    /// <summary>Whether a line ends in a comma, closes a bracket from above, or stands before a line that does.</summary>
    private bool EndsInList(int line)
    {
        var depth = 0;
        Piece? last = null;
        foreach (var piece in _pieces[line..].Where(p => !p.IsComment))
        {
            if (piece.BeginsLine && last is not null)
            {
                return last.Type == COMMA || piece.Closes || piece.Type == COMMA;
            }

            depth += piece.Opens ? 1 : piece.Closes ? -1 : 0;
            if (depth < 0)
            {
                return true;
            }

            last = piece;
        }

        return true;
    }

    private void BreakBlocks()
    {
        foreach (var block in _blocks.Where(b => !b.IsOnOneLine))
        {
            for (var i = 0; i < block.Statements.Length; i++)
            {
                var statement = block.Statements[i];
                var previous = _pieces[statement.Index - 1];
                statement.BeginsLine |= i == 0 || statement.HasNewline || previous.Type == RBRACE || SpansLines(block.Statements[i - 1], statement);
            }

            block.Close.BeginsLine |= block.Statements.Length > 0 || _pieces[block.Open.Index + 1].IsComment;
        }
    }

    private bool SpansLines(Piece statement, Piece next) =>
        _pieces[(statement.Index + 1)..next.Index].Any(p => p.HasNewline);

    private void KeepBlankLines()
    {
        for (var i = 1; i < _pieces.Length; i++)
        {
            _pieces[i].FollowsBlankLine = _pieces[i] is { BeginsLine: true, HasBlankLine: true, Closes: false } && !_pieces[i - 1].Opens;
        }
    }

    private void Fit()
    {
        for (var line = 0; line < _pieces.Length;)
        {
            var end = LineLayout.Place(_pieces, line, Limit, out var over);
            if (over < 0 || !Shorten(line, over))
            {
                line = over < 0 ? end : LineLayout.Place(_pieces, line, int.MaxValue, out _);
            }
        }
    }

    /// <summary>Breaks the line whose piece `over` reaches too far; false where nothing can be done.</summary>
    private bool Shorten(int line, int over)
    {
        if (_blocks.FirstOrDefault(b => b is { IsOnOneLine: true, Statements.Length: > 0 } && b.Open.Index >= line && b.Open.Index <= over) is { } block)
        {
            block.Unfold();
            return true;
        }

        var best = -1;
        for (var i = line + 1; i < _pieces.Length && !_pieces[i].BeginsLine && (i <= over || best < 0); i++)
        {
            if (_pieces[i].Break is { Rank: not BreakRank.Author } place && !_pieces[i].ResemblesStatement && !IsFirstOfOneLine(i) && (best < 0 || IsLooser(place, _pieces[best].Break!)))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return false;
        }

        BreakBefore(best);
        return true;
    }

    private bool IsFirstOfOneLine(int i) => _pieces[i].StartsStatement && _pieces[i - 1].Type == LBRACE;

    private static bool IsLooser(BreakPlace place, BreakPlace other) =>
        place.Depth != other.Depth ? place.Depth < other.Depth : place.Rank <= other.Rank;

    private void BreakBefore(int i)
    {
        var piece = _pieces[i];
        piece.BeginsLine = true;
        if (piece.Partner is { } closing)
        {
            closing.BeginsLine = true;
        }

        PartStatements(i);
        if (piece.Break!.List is not { } list)
        {
            return;
        }

        // The rest of the list is filled anew: the author's lines were made for other places.
        foreach (var next in _pieces[(i + 1)..list.Closing!.Index].Where(p => p.Break?.List == list && !_pieces[p.Index - 1].IsComment))
        {
            next.BeginsLine = next.FollowsBlankLine = false;
        }
    }

    /// <summary>No statement follows on the last line of one that has several.</summary>
    private void PartStatements(int broken)
    {
        var statement = broken;
        while (!_pieces[statement].StartsStatement)
        {
            statement--;
        }

        var depth = _pieces[statement].Break!.Depth;
        if (_pieces.Skip(broken + 1).TakeWhile(p => !p.BeginsLine).FirstOrDefault(p => p.StartsStatement && p.Break!.Depth <= depth) is { } next)
        {
            next.BeginsLine = true;
        }
    }
}
