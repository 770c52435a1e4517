using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Nnc.Runtime.Data;

/// <summary>The symbols of a line: its characters (code points), or its words and punctuation marks.</summary>
public static partial class TextSymbols
{
    /// <summary>Marks that stand close to the word before them.</summary>
    private const string ClosingMarks = ".,;:!?)]}%’”";

    /// <summary>Marks that stand close to the word after them.</summary>
    private const string OpeningMarks = "([{‘“";

    public static ImmutableArray<string> Of(string line, TextUnit unit) => unit switch
    {
        TextUnit.Character => [.. line.EnumerateRunes().Select(r => r.ToString())],
        TextUnit.Word => [.. Words().Matches(line).Select(m => m.Value)],
        _ => throw new UnreachableException(),
    };

    /// <summary>Symbols as a reader expects them: words are parted by spaces, but for punctuation.</summary>
    public static string Join(IEnumerable<string> symbols, TextUnit unit)
    {
        if (unit == TextUnit.Character)
        {
            return string.Concat(symbols);
        }

        var text = new StringBuilder();
        foreach (var symbol in symbols)
        {
            if (text.Length > 0 && !IsOneOf(symbol, ClosingMarks) && !OpeningMarks.Contains(text[^1]))
            {
                text.Append(' ');
            }

            text.Append(symbol);
        }

        return text.ToString();
    }

    private static bool IsOneOf(string symbol, string marks) => symbol.Length == 1 && marks.Contains(symbol[0]);

    /// <summary>A word may hold apostrophes and hyphens; <c>&lt;unk&gt;</c> is what prepared texts write for a rare one.</summary>
    [GeneratedRegex(@"<unk>|[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*|[^\s]")]
    private static partial Regex Words();
}
