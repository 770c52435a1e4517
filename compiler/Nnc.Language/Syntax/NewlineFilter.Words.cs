using Antlr4.Runtime;
using static Nnc.Grammar.NNetLexer;

namespace Nnc.Language.Syntax;

/// <summary>The tokens that are mended on their own: signs of other languages, open texts, unknown characters.</summary>
internal sealed partial class NewlineFilter
{
    private static readonly string[] _declarationWords = ["model", "layer", "optimizer", "train"];

    private static readonly string[] _statementWords =
        ["input", "target", "param", "state", "update", "where", "output", "loss", "metric", "return", "recur", "unroll", "entry", "stage", "minimize"];

    private void TakeWord(int i)
    {
        var token = _input[i];
        switch (token.Type)
        {
            case FOREIGN_AND:
                Replace(token, AND, "the conjunction");
                break;
            case FOREIGN_OR:
                Replace(token, OR, "the disjunction");
                break;
            case FOREIGN_NOT:
                Replace(token, NOT, "the negation");
                break;
            case FOREIGN_POWER:
                Replace(token, CARET, "the power");
                break;
            case FOREIGN_TIMES:
                Replace(token, STAR, "the product");
                break;
            case FOREIGN_MINUS:
                Replace(token, MINUS, "the difference");
                break;
            case FOREIGN_ARROW:
                Replace(token, ARROW, "the result's type");
                break;
            case FOREIGN_ASSIGN:
                Report(SyntaxErrors.ForeignAssignment(Place(token), token.Text));
                _output.Add(Retype(token, ASSIGN));
                break;
            case BAD_NUMBER:
                Report(SyntaxErrors.BadNumber(Place(token), token.Text));
                _output.Add(new CommonToken(INT, "1") { StartIndex = token.StartIndex, StopIndex = token.StopIndex });
                break;
            case OPEN_STRING:
                Report(SyntaxErrors.OpenString(Place(token)));
                _textIsOpen = true;
                AddText(token, token.Text[1..]);
                break;
            case QUOTED:
                Report(SyntaxErrors.SingleQuotes(Place(token), token.Text[1..^1]));
                AddText(token, token.Text[1..^1]);
                break;
            case FOREIGN_COMMENT:
                Report(SyntaxErrors.ForeignComment(Place(token), token.Text[0] == '#' ? "#" : "/*"));
                break;
            case UNKNOWN:
                TakeUnknown(i);
                break;
            case NAME when StatementIsEmpty && IsName(TypeAt(i + 1)) && MeantWord(token) is { } meant:
                Report(SyntaxErrors.MisspeltWord(Place(token), token.Text, meant));
                _output.Add(new CommonToken(TypeOf(meant), meant) { StartIndex = token.StartIndex, StopIndex = token.StopIndex });
                break;
            default:
                _output.Add(token);
                break;
        }
    }

    private void Replace(IToken token, int type, string meaning)
    {
        Report(SyntaxErrors.ForeignSign(Place(token), token.Text, SignOf(type), meaning));
        _output.Add(Retype(token, type));
    }

    /// <summary>The mended text keeps its content; escapes in it are not looked at again.</summary>
    private void AddText(IToken token, string content) =>
        _output.Add(new CommonToken(STRING, "\"" + content.Replace("\\", "").Replace("\"", "") + "\"")
        {
            StartIndex = token.StartIndex,
            StopIndex = token.StopIndex,
        });

    /// <summary>A run of unknown characters is one slip; it is left out.</summary>
    private void TakeUnknown(int i)
    {
        var token = _input[i];
        if (i > 0 && _input[i - 1].Type == UNKNOWN && _input[i - 1].StopIndex + 1 == token.StartIndex)
        {
            return;
        }

        var last = i;
        while (last + 1 < _input.Count && _input[last + 1].Type == UNKNOWN && _input[last + 1].StartIndex == _input[last].StopIndex + 1)
        {
            last++;
        }

        var text = _source.Content[token.StartIndex..(_input[last].StopIndex + 1)];
        var place = Place(token) with { Span = new(token.StartIndex, text.Length) };
        Report(SyntaxErrors.UnknownCharacter(place, text.Length > 12 ? text[..12] + "…" : text));
    }

    /// <summary>The word that a statement's unknown first word is one or two letters away from.</summary>
    private string? MeantWord(IToken token) =>
        (_open.Count == 0 ? _declarationWords : _statementWords).Where(w => w.Length > 3)
            .Select(w => (Word: w, Distance: Spelling.Distance(w, token.Text)))
            .Where(c => c.Distance <= 2).OrderBy(c => c.Distance).Select(c => c.Word).FirstOrDefault();

    private static int TypeOf(string word) =>
        Enumerable.Range(PARAM, FROZEN - PARAM + 1).First(type => SignOf(type) == word);
}
