using System.Collections.Immutable;
using Antlr4.Runtime;
using Nnc.Core.Text;
using Nnc.Grammar;

namespace Nnc.Language.Syntax;

public enum SourceTokenKind
{
    /// <summary>A reserved word.</summary>
    Reserved,

    /// <summary>A word of the notation that is a name wherever a name is expected.</summary>
    Soft,
    Name,
    Number,
    Text,
    Sign,
    Comment,

    /// <summary>A line of <c>///</c>.</summary>
    Documentation,

    /// <summary>A character that begins nothing.</summary>
    Unknown,
}

/// <summary>A word, sign or comment of a source. Blank space is none.</summary>
public sealed record SourceToken(SourceTokenKind Kind, TextSpan Span, string Text)
{
    /// <summary>Reads a text that may be damaged in any way; line ends are left out.</summary>
    public static ImmutableArray<SourceToken> Read(SourceText source)
    {
        var lexer = new NNetLexer(new AntlrInputStream(source.Content));
        lexer.RemoveErrorListeners();
        return [.. lexer.GetAllTokens().Where(t => t.Type != NNetLexer.NEWLINE)
            .Select(t => new SourceToken(KindOf(t), TextSpan.FromBounds(t.StartIndex, t.StopIndex + 1), t.Text))];
    }

    /// <summary>Whether a text is a name that a declaration can have.</summary>
    public static bool IsName(string text) => Read(new SourceText("", text)) is [{ Kind: SourceTokenKind.Name or SourceTokenKind.Soft } only]
        && only.Span.Length == text.Length && text is not "_" && !text.EndsWith('\'');

    private static SourceTokenKind KindOf(IToken token) => token.Type switch
    {
        NNetLexer.DOC => SourceTokenKind.Documentation,
        NNetLexer.COMMENT or NNetLexer.FOREIGN_COMMENT => SourceTokenKind.Comment,
        NNetLexer.REAL or NNetLexer.INT or NNetLexer.BAD_NUMBER => SourceTokenKind.Number,
        NNetLexer.STRING or NNetLexer.OPEN_STRING or NNetLexer.QUOTED => SourceTokenKind.Text,
        NNetLexer.NAME or NNetLexer.PRIMED => SourceTokenKind.Name,
        NNetLexer.UNKNOWN => SourceTokenKind.Unknown,
        >= NNetLexer.PARAM and <= NNetLexer.FALSE => SourceTokenKind.Reserved,
        >= NNetLexer.NNET and <= NNetLexer.FROZEN => SourceTokenKind.Soft,
        _ => SourceTokenKind.Sign,
    };
}
