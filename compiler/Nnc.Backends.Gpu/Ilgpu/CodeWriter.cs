using System.Text;

namespace Nnc.Backends.Gpu.Ilgpu;

/// <summary>Text in lines, indented by its blocks.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>A line, or several; an empty one stays empty.</summary>
    public void Line(string text = "")
    {
        foreach (var line in text.Split('\n'))
        {
            _text.Append(' ', line.Length == 0 ? 0 : 4 * _depth).Append(line).Append('\n');
        }
    }

    /// <summary>A header and, between braces, what is written inside.</summary>
    public void Block(string header, Action inside)
    {
        Line(header);
        Line("{");
        _depth++;
        inside();
        _depth--;
        Line("}");
    }

    /// <summary>A block, with an empty line before it.</summary>
    public void Member(string header, Action inside)
    {
        Line();
        Block(header, inside);
    }

    public override string ToString() => _text.ToString();
}
