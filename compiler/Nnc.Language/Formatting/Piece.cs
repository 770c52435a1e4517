using Antlr4.Runtime;
using Nnc.Core.Text;
using Nnc.Grammar;

namespace Nnc.Language.Formatting;

/// <summary>
/// A token or comment between blank spaces: how it was written, what the style allows before it, and where it comes to stand.
/// Everything but `;`, which is white space to the formatter.
/// </summary>
internal sealed class Piece
{
    public Piece(IToken token, SourceText source, Piece? previous, int gapStart, int newlines)
    {
        Index = previous is null ? 0 : previous.Index + 1;
        IsComment = token.Channel != Lexer.DefaultTokenChannel;
        Type = token.Type;
        Text = IsComment ? token.Text.TrimEnd() : token.Text;
        Start = token.StartIndex;
        Source = source.PositionOf(Start);
        SourceGap = previous is null || newlines > 0 ? 0 : Start - gapStart;
        HasNewline = newlines > 0;
        HasBlankLine = newlines > 1;
    }

    /// <summary>Its number among the pieces of the file.</summary>
    public int Index { get; }

    public string Text { get; }

    public int Type { get; }

    public bool IsComment { get; }

    /// <summary>The offset of the first character in the source.</summary>
    public int Start { get; }

    public int End => Start + Text.Length;

    /// <summary>The line and column in the source.</summary>
    public LinePosition Source { get; }

    /// <summary>Spaces before it in the source, up to a sign or `;`; 0 for the first of a line.</summary>
    public int SourceGap { get; }

    public bool HasNewline { get; }

    public bool HasBlankLine { get; }

    /// <summary>Whether it stands directly behind the piece before it.</summary>
    public bool GluesLeft { get; set; }

    /// <summary>Whether the piece behind it stands directly there.</summary>
    public bool GluesRight { get; set; }

    /// <summary>Where it stands if it begins a line.</summary>
    public Anchor? Anchor { get; set; }

    /// <summary>Where comments on lines of their own before it stand, if not where it stands itself.</summary>
    public Anchor? CommentAnchor { get; set; }

    /// <summary>Whether a line may break before it, and when one that is too long does; null forbids a break.</summary>
    public BreakPlace? Break { get; set; }

    /// <summary>An operator whose line break goes before it even if it was written behind it.</summary>
    public bool LeadsLine { get; set; }

    /// <summary>The bracket that closes this one.</summary>
    public Piece? Closing { get; set; }

    /// <summary>For the first piece in a bracket its closing bracket: they begin lines together.</summary>
    public Piece? Partner { get; set; }

    /// <summary>Whether a statement begins here.</summary>
    public bool StartsStatement { get; set; }

    /// <summary>
    /// Whether a line that begins here reads like an equation, as <c>rate = 0.1</c> among formals: the language takes it for
    /// one, unless the line ends in a comma or the brackets close.
    /// </summary>
    public bool ResemblesStatement { get; set; }

    /// <summary>Whether it begins a line.</summary>
    public bool BeginsLine { get; set; }

    /// <summary>Whether an empty line stands before its line.</summary>
    public bool FollowsBlankLine { get; set; }

    /// <summary>Spaces that bring it below a piece of a neighbouring line.</summary>
    public int Padding { get; set; }

    /// <summary>The column where it comes to stand.</summary>
    public int Column { get; set; }

    /// <summary>The column of its line's first piece.</summary>
    public int Indentation { get; set; }

    public int EndColumn => Column + Text.Length;

    public bool Opens => Type is NNetLexer.LPAREN or NNetLexer.LBRACK or NNetLexer.LBRACE;

    public bool Closes => Type is NNetLexer.RPAREN or NNetLexer.RBRACK or NNetLexer.RBRACE;
}

/// <summary>A column as a distance from a piece above, or from the first piece of its line; from the margin without a piece.</summary>
internal sealed record Anchor(Piece? Origin, int Distance, bool IsFromLine)
{
    public static Anchor Margin { get; } = new(null, 0, false);

    public int Column => Distance + (Origin is null ? 0 : IsFromLine ? Origin.Indentation : Origin.Column);

    public static Anchor Below(Piece piece, int distance = 0) => new(piece, distance, false);

    public static Anchor Indented(Piece piece, int distance = 2) => new(piece, distance, true);
}

/// <summary>A place where a line may break. Lines that are too long break where depth, then rank, is least.</summary>
/// <param name="Depth">How many brackets and blocks are open.</param>
/// <param name="List">The opening bracket of the list whose element begins here: lists are filled.</param>
internal sealed record BreakPlace(int Depth, BreakRank Rank, Piece? List = null)
{
    /// <summary>Behind all others, whatever brackets are open.</summary>
    public const int LastResort = int.MaxValue;
}

/// <summary>How loosely two sides of a place belong together, loosest first.</summary>
internal enum BreakRank
{
    Statement,
    Element,
    Header,
    Branch,
    Pipe,
    Or,
    And,
    Comparison,
    Sum,
    Product,
    Contraction,
    Value,

    /// <summary>Never broken for length; a break of the author stays.</summary>
    Author,
}
