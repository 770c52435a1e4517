using System.Runtime.CompilerServices;
using Nnc.Core.Text;
using Nnc.LanguageServer.Protocol;

namespace Nnc.LanguageServer.Documents;

/// <summary>
/// Places of a text as the protocol counts them: zero-based lines that end with \n, \r\n or \r, and UTF-16 units within a line.
/// </summary>
public sealed class LineTable
{
    private static readonly ConditionalWeakTable<SourceText, LineTable> s_tables = [];
    private readonly SourceText _source;
    private readonly int[] _starts;

    private LineTable(SourceText source)
    {
        _source = source;
        _starts = FindStarts(source.Content);
    }

    public int LineCount => _starts.Length;

    /// <summary>The table of a text, made once.</summary>
    public static LineTable Of(SourceText source) => s_tables.GetValue(source, s => new(s));

    public static Range RangeOf(SourceSpan span) => Of(span.Source).RangeOf(span.Span);

    public Position PositionOf(int offset)
    {
        var line = Array.BinarySearch(_starts, offset);
        line = line < 0 ? ~line - 1 : line;
        return new(line, offset - _starts[line]);
    }

    public Range RangeOf(TextSpan span) => new(PositionOf(span.Start), PositionOf(span.End));

    /// <summary>The offset of a position. One beyond its line means the line's end; one beyond the text means the text's.</summary>
    public int OffsetOf(Position position)
    {
        if (position.Line < 0)
        {
            return 0;
        }

        return position.Line >= _starts.Length
            ? _source.Content.Length
            : Math.Min(_starts[position.Line] + Math.Max(0, position.Character), EndOf(position.Line));
    }

    /// <summary>The characters of a range; one whose end stands before its start is read the other way round.</summary>
    public TextSpan SpanOf(Range range)
    {
        var (start, end) = (OffsetOf(range.Start), OffsetOf(range.End));
        return TextSpan.FromBounds(Math.Min(start, end), Math.Max(start, end));
    }

    /// <summary>Where a line ends, before its line end.</summary>
    private int EndOf(int line)
    {
        if (line + 1 == _starts.Length)
        {
            return _source.Content.Length;
        }

        var end = _starts[line + 1] - 1;
        return end > _starts[line] && _source.Content[end] == '\n' && _source.Content[end - 1] == '\r' ? end - 1 : end;
    }

    private static int[] FindStarts(string content)
    {
        List<int> starts = [0];
        for (var i = content.AsSpan().IndexOfAny('\r', '\n'); i >= 0 && i < content.Length; i++)
        {
            if (content[i] == '\n' || (content[i] == '\r' && (i + 1 == content.Length || content[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts];
    }
}
