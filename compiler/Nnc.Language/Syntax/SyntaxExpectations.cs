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

    private static readonly string[] _declarationWords = ["model", "layer", "fn", "optimizer", "train", "import"];

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

    public static Diagnostic NotADeclaration(SourceText source, IToken token)
    {
        var meant = _declarationWords.FirstOrDefault(w => token.Type == NAME && Distance(w, token.Text) <= 2);
        return SyntaxErrors.NotADeclaration(PlaceOf(source, token), Found(token), meant);
    }

    public static Diagnostic NotAStatement(SourceText source, IToken token) =>
        SyntaxErrors.NotAStatement(PlaceOf(source, token), Found(token));

    private static Diagnostic? Special(SourceSpan place, IToken token, Parser recognizer, IntervalSet expected) => token.Type switch
    {
        ASSIGN when !expected.Contains(ASSIGN) && IsBehindValue(expected) => SyntaxErrors.EqualsAsComparison(place),
        EQ when expected.Contains(ASSIGN) => SyntaxErrors.ComparisonAsEquals(place),
        _ when expected.Contains(NAME) && IsReserved(token.Type) && (!expected.Contains(INT) || !BeginsValue(token.Type)) =>
            SyntaxErrors.ReservedWord(place, token.Text),
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
        if (expected.Contains(COMMA) && (expected.Contains(RPAREN) || expected.Contains(RBRACK)))
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

    private static bool IsBehindValue(IntervalSet expected) => expected.Contains(PLUS);

    private static bool IsReserved(int type) => type >= PARAM && type <= FALSE;

    private static bool BeginsValue(int type) => type is IF or NOT or TRUE or FALSE;

    /// <summary>Levenshtein's distance, for words of a few letters.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
