using System.Text;

namespace Nnc.Tool.Output;

/// <summary>Columns aligned for a terminal; numbers to the right.</summary>
internal sealed class TextTable(params string[] headers)
{
    private readonly List<string[]> _rows = [];
    private readonly HashSet<int> _rightAligned = [];

    public TextTable AlignRight(params int[] columns)
    {
        _rightAligned.UnionWith(columns);
        return this;
    }

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = Enumerable.Range(0, headers.Length).Select(c => _rows.Append(headers).Max(r => Width(r[c]))).ToArray();
        var text = new StringBuilder();
        AppendRow(text, headers, widths);
        text.AppendLine(string.Join("  ", widths.Select(w => new string('─', w))));
        foreach (var row in _rows)
        {
            AppendRow(text, row, widths);
        }

        return text.ToString();
    }

    private static int Width(string cell) => cell.EnumerateRunes().Count();

    private void AppendRow(StringBuilder text, string[] cells, int[] widths)
    {
        var line = cells.Select((cell, c) =>
        {
            var fill = new string(' ', widths[c] - Width(cell));
            return _rightAligned.Contains(c) ? fill + cell : cell + fill;
        });
        text.AppendLine(string.Join("  ", line).TrimEnd());
    }
}
