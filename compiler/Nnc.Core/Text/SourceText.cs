namespace Nnc.Core.Text;

/// <summary>An immutable source file: its path as shown to the user, its content, and the start of each line.</summary>
public sealed class SourceText
{
    private readonly int[] _lineStarts;

    public SourceText(string path, string content)
    {
        Path = path;
        Content = content;
        _lineStarts = FindLineStarts(content);
    }

    /// <summary>The path as messages print it; <c>std/conv.nnet</c> for the standard library.</summary>
    public string Path { get; }

    public string Content { get; }

    /// <summary>
    /// For a value that was given outside any file, as an option of the command line: how it was given, <c>epochs = 3</c>.
    /// Messages then name it and quote no line. Null for a file.
    /// </summary>
    public string? GivenAs { get; init; }

    public int LineCount => _lineStarts.Length;

    /// <summary>The zero-based line and column (UTF-16 units) of a character offset.</summary>
    public LinePosition PositionOf(int offset)
    {
        var line = Array.BinarySearch(_lineStarts, offset);
        if (line < 0)
        {
            line = ~line - 1;
        }

        return new LinePosition(line, offset - _lineStarts[line]);
    }

    /// <summary>The text of a zero-based line, without its line end.</summary>
    public string LineText(int line)
    {
        var start = _lineStarts[line];
        var end = line + 1 < _lineStarts.Length ? _lineStarts[line + 1] : Content.Length;
        return Content[start..end].TrimEnd('\r', '\n');
    }

    /// <summary>The offset of a zero-based line's first character.</summary>
    public int LineStart(int line) => _lineStarts[line];

    public string TextOf(TextSpan span) => Content.Substring(span.Start, span.Length);

    private static int[] FindLineStarts(string content)
    {
        List<int> starts = [0];
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '\n')
            {
                starts.Add(i + 1);
            }
        }

        return [.. starts];
    }
}

/// <summary>A zero-based line and column.</summary>
public readonly record struct LinePosition(int Line, int Column);

/// <summary>A half-open range of character offsets.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan FromBounds(int start, int end) => new(start, Math.Max(0, end - start));

    public bool Contains(int offset) => offset >= Start && offset < End;
}

/// <summary>A span in a named source: what every AST node, value and diagnostic points at.</summary>
public readonly record struct SourceSpan(SourceText Source, TextSpan Span)
{
    public LinePosition Start => Source.PositionOf(Span.Start);

    public int Line => Start.Line + 1;

    public string Text => Source.TextOf(Span);
}
