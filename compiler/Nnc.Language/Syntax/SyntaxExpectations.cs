using Antlr4.Runtime;
using Antlr4.Runtime.Misc;
using Nnc.Core.Diagnostics;
using Nnc.Core.Text;
using static Nnc.Grammar.NNetParser;

namespace Nnc.Language.Syntax;

/// <summary>Turns a parser's error into a sentence in the words of the language.</summary>
internal static class SyntaxExpectations
{
    private static readonly (int Type, string Text)[] _signs =
    [
        (ASSIGN, "`=`"), (COLON, "`:` and a type"), (THEN, "`then`"), (ELSE, "`else`"), (IN, "`in`"), (LBRACE, "`{`"), (LPAREN, "`(`"),
        (RPAREN, "`)`"), (RBRACK, "`]`"), (SEP, "the end of the statement"), (STRING, "a text in double quotes"),
    ];

    public static Diagnostic Describe(SourceText source, Parser recognizer, RecognitionException e)
    {
        var token = e.OffendingToken;
        var place = PlaceOf(source, token);
        var expected = e.GetExpectedTokens() ?? new IntervalSet();
        if (Special(place, token, recognizer, expected) is { } special)
        {
            return special;
        }

        return SyntaxErrors.Unexpected(place, Expected(expected, recognizer), Found(token));
    }

    public static Diagnostic NotADeclaration(SourceText source, IToken token) =>
        SyntaxErrors.NotADeclaration(PlaceOf(source, token), Found(token));

    public static Diagnostic NotAStatement(SourceText source, IToken token) =>
        SyntaxErrors.NotAStatement(PlaceOf(source, token), Found(token));

    private static Diagnostic? Special(SourceSpan place, IToken token, Parser recognizer, IntervalSet expected) => token.Type switch
    {
        ASSIGN when !expected.Contains(ASSIGN) && IsBehindValue(expected) => SyntaxErrors.EqualsAsComparison(place),
        EQ when expected.Contains(ASSIGN) => SyntaxErrors.ComparisonAsEquals(place),
        _ when expected.Contains(NAME) && IsReserved(token.Type) && (!expected.Contains(INT) || !BeginsValue(token.Type)) =>
            SyntaxErrors.ReservedWord(place, token.Text),
        _ when recognizer.RuleContext is FormalsContext && NewlineFilter.IsName(token.Type) =>
            SyntaxErrors.Unexpected(place, "`:` and a type", Found(token)),
        _ when recognizer.RuleContext is ConditionalContext && expected.Contains(THEN) => SyntaxErrors.IncompleteIf(place, "then", Found(token)),
        _ when recognizer.RuleContext is ConditionalContext && expected.Contains(ELSE) => SyntaxErrors.IncompleteIf(place, "else", Found(token)),
        _ => null,
    };

    /// <summary>What could follow, in one phrase: a value or a name if one begins here, otherwise the signs that would do.</summary>
    private static string Expected(IntervalSet expected, Parser recognizer)
    {
        if (expected.Contains(INT))
        {
            return recognizer.RuleContext is IndicesContext or IndexContext ? "an index" : "a value";
        }

        if (expected.Contains(NAME))
        {
            return recognizer.RuleContext is TypeContext or TypeNameContext ? "a type" : "a name";
        }

        var signs = _signs.Where(s => expected.Contains(s.Type)).Select(s => s.Text).ToList();
        if (expected.Contains(RPAREN) || expected.Contains(RBRACK))
        {
            signs.Insert(0, "`,`");
        }

        return signs.Count switch
        {
            0 => "something else",
            1 => signs[0],
            _ => $"{string.Join(", ", signs.SkipLast(1))} or {signs[^1]}",
        };
    }

    private static string Found(IToken token) => token.Type switch
    {
        TokenConstants.EOF => "the end of the file",
        SEP => "the end of the statement",
        STRING => "a text",
        _ => $"`{(token.Text.Length > 24 ? token.Text[..24] + "…" : token.Text)}`",
    };

    private static SourceSpan PlaceOf(SourceText source, IToken token) =>
        new(source, TextSpan.FromBounds(Math.Min(token.StartIndex, source.Content.Length), token.StopIndex + 1));

    /// <summary>Behind a value neither a value nor a name can follow, nor what a header still misses.</summary>
    private static bool IsBehindValue(IntervalSet expected) =>
        !expected.Contains(INT) && !expected.Contains(NAME) && !expected.Contains(IN) && !expected.Contains(COLON) && !expected.Contains(LBRACE);

    private static bool IsReserved(int type) => type >= PARAM && type <= FALSE;

    private static bool BeginsValue(int type) => type is IF or NOT or TRUE or FALSE;
}
