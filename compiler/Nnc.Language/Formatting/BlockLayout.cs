using System.Collections.Immutable;

namespace Nnc.Language.Formatting;

/// <summary>A block: `{`, its statements' first pieces, `}`.</summary>
internal sealed class BlockLayout(Piece open, ImmutableArray<Piece> statements, Piece close, bool isOnOneLine)
{
    public Piece Open { get; } = open;

    public ImmutableArray<Piece> Statements { get; } = statements;

    public Piece Close { get; } = close;

    /// <summary>Written on one line, and short enough to stay there.</summary>
    public bool IsOnOneLine { get; private set; } = isOnOneLine;

    /// <summary>Gives every statement, and the closing brace, its own line.</summary>
    public void Unfold()
    {
        IsOnOneLine = false;
        foreach (var statement in Statements)
        {
            statement.BeginsLine = true;
        }

        Close.BeginsLine = true;
    }
}
