using System.Text;
using Nnc.Core.Text;

namespace Nnc.Core.Diagnostics;

/// <summary>The line of a place as it is printed, and where the marks below it go.</summary>
/// <param name="Text">The line with tabs as four blanks; a very long one is cut around the place.</param>
/// <param name="Column">Blanks before the first mark.</param>
/// <param name="Width">The number of marks, at least one; a place of several lines is marked to its first line's end.</param>
/// <param name="LastLine">The zero-based line where the place ends.</param>
internal sealed record SourceExcerpt(string Text, int Column, int Width, int LastLine)
{
    private const int LengthLimit = 160;
    private const int Before = 60;

    public static SourceExcerpt Of(SourceSpan place)
    {
        var source = place.Source;
        var start = source.PositionOf(Math.Clamp(place.Span.Start, 0, source.Content.Length));
        var end = source.PositionOf(Math.Clamp(place.Span.End, 0, source.Content.Length));

        // A span that takes its last line's end with it ends on that line.
        var lastLine = end.Column == 0 && end.Line > start.Line ? end.Line - 1 : end.Line;
        var line = source.LineText(start.Line);
        var from = Math.Min(start.Column, line.Length);
        var to = lastLine > start.Line || end.Line > start.Line ? line.Length : Math.Min(end.Column, line.Length);
        var (shift, text) = Cut(line, from);
        from -= shift;
        to = Math.Clamp(to - shift, from, text.Length);
        var column = Expand(text[..Math.Min(from, text.Length)]).Length;
        return new(Expand(text), column, Math.Max(1, Expand(text[from..to]).Length), lastLine);
    }

    /// <summary>The part of a very long line around a column, and how many characters are left out before it (less the sign that says so).</summary>
    private static (int Shift, string Text) Cut(string line, int column)
    {
        if (line.Length <= LengthLimit)
        {
            return (0, line);
        }

        var first = Math.Max(0, Math.Min(column - Before, line.Length - LengthLimit));
        var length = Math.Min(LengthLimit, line.Length - first);
        var tail = first + length < line.Length ? "…" : "";
        return first == 0 ? (0, line[..length] + tail) : (first - 1, "…" + line.Substring(first, length) + tail);
    }

    private static string Expand(string text)
    {
        var expanded = new StringBuilder();
        foreach (var c in text)
        {
            expanded.Append(c switch
            {
                '\t' => "    ",
                _ when char.IsControl(c) => "�",
                _ => c.ToString(),
            });
        }

        return expanded.ToString();
    }
}
