using System.Text;

namespace Nnc.Language.Tests.Formatting;

/// <summary>
/// Writes a program's words down as nobody should: any blank space, line breaks and comments wherever the language lets
/// them stand, statements on one line.
/// </summary>
internal sealed class BadPrinter(Random random)
{
    private static readonly HashSet<string> _needsMore =
        [",", ":", ".", "~", "->", "|>", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "@", "^", "if", "then", "else", "and", "or", "not", "in"];

    private static readonly HashSet<string> _continues =
        ["|>", "->", "then", "else", "{", "]", ")", "+", "-", "*", "/", "%", "@", "^", "==", "!=", "<=", ">=", "<", ">", "and", "or"];

    /// <summary>Signs that may stand directly beside a name or number.</summary>
    private static readonly HashSet<string> _tight = ["(", ")", "[", "]", ",", "+", "*", "@", "^", "=", "|>", ":"];

    private readonly StringBuilder _text = new();
    private int _comments;
    private int _brackets;

    public static string Print(IReadOnlyList<string> words, Random random)
    {
        var printer = new BadPrinter(random);
        var tidiness = random.Next(1, 12);
        printer.Comments(true, tidiness);
        for (var i = 0; i < words.Count; i++)
        {
            printer.Word(words, i, tidiness);
        }

        return printer._text.ToString();
    }

    private void Word(IReadOnlyList<string> words, int i, int tidiness)
    {
        var word = words[i];
        var next = i + 1 < words.Count ? words[i + 1] : "";
        if (word == ProgramGenerator.End)
        {
            EndStatement(i > 0 && words[i - 1] == "}", tidiness);
            return;
        }

        _text.Append(word);
        _brackets += word is "(" or "[" ? 1 : word is ")" or "]" ? -1 : 0;
        if (next == ProgramGenerator.End || next.Length == 0)
        {
            return;
        }

        if (random.Next(tidiness) == 0 && MayBreak(words, i))
        {
            Comments(false, tidiness);
            _text.Append("\n ");
        }

        _text.Append(MayTouch(word, next) ? Blank(0) : Blank(1));
    }

    /// <summary>Whether the next word may stand on another line.</summary>
    private bool MayBreak(IReadOnlyList<string> words, int i)
    {
        var afterNext = i + 2 < words.Count ? words[i + 2] : "";
        return words[i] is "{" || words[i + 1] is "}" || _continues.Contains(words[i + 1])
            || ((_brackets > 0 || _needsMore.Contains(words[i])) && !LooksLikeEquation(words, i + 1) && afterNext is not "frozen");
    }

    /// <summary>Whether a line that begins at a word may be taken for an equation, as if a bracket or an operand above were forgotten.</summary>
    private static bool LooksLikeEquation(IReadOnlyList<string> words, int i)
    {
        var start = i;
        while (start > 0 && !IsBoundary(words[start - 1]))
        {
            start--;
        }

        var isHeader = words[start] is "model" or "layer" or "optimizer" or "train" or "entry" or "fn";
        var depth = 0;
        foreach (var word in words.Skip(i).TakeWhile(w => !IsBoundary(w)))
        {
            depth += word is "(" or "[" ? 1 : word is ")" or "]" ? -1 : 0;
            if (word == "=" || (word == "," && depth <= 0 && isHeader))
            {
                return word == "=";
            }
        }

        return false;
    }

    private static bool IsBoundary(string word) => word is ProgramGenerator.End or "{" or "}";

    private void EndStatement(bool endsInBlock, int tidiness)
    {
        switch (random.Next(5))
        {
            case 0:
                _text.Append(Blank(0)).Append(';').Append(Blank(0));
                break;
            case 1 when endsInBlock:
                _text.Append(' ');
                break;
            default:
                _text.Append(Blank(0));
                Comments(false, tidiness);
                _text.Append('\n', random.Next(1, 4)).Append(Blank(0));
                Comments(true, tidiness);
                break;
        }
    }

    /// <summary>Comments up to the end of the line, and on lines of their own where one has begun.</summary>
    private void Comments(bool beginsLine, int tidiness)
    {
        if (random.Next(tidiness + 1) != 0)
        {
            return;
        }

        _text.Append(Blank(beginsLine ? 0 : 1)).Append(random.Next(3) == 0 ? "///" : "//").Append(Blank(0)).Append("comment ").Append(_comments++);
        if (beginsLine)
        {
            _text.Append('\n', random.Next(1, 3));
            Comments(true, tidiness);
        }
        else if (random.Next(3) == 0)
        {
            _text.Append('\n', random.Next(1, 3));
            Comments(true, tidiness);
            _text.Append("// more");
        }
    }

    private static bool MayTouch(string word, string next) =>
        word is "(" or "[" || next is ")" or "]" or "," || (_tight.Contains(word) != _tight.Contains(next) && IsWord(_tight.Contains(word) ? next : word));

    private static bool IsWord(string word) => char.IsLetterOrDigit(word[0]);

    private string Blank(int least) => random.Next(4) switch
    {
        0 => new string(' ', least),
        1 => "  ",
        2 => " \t",
        _ => " ",
    };
}
