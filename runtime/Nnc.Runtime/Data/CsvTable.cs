using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <param name="Line">The line in the file, from 1.</param>
internal sealed record CsvRow(int Line, ImmutableArray<string> Cells);

/// <summary>A table as text: a header, and rows as wide as it.</summary>
internal sealed record CsvTable(string Path, ImmutableArray<string> Header, ImmutableArray<CsvRow> Rows)
{
    private const int LongestField = 1 << 16;

    public static CsvTable Read(TextReader reader, string path)
    {
        var settings = new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, MaxFieldSize = LongestField };
        using var parser = new CsvParser(reader, settings);
        try
        {
            if (!parser.Read() || parser.Record is not { } header)
            {
                throw new InvalidInputException("NN0556", $"`{path}` is empty, and a header line was expected");
            }

            var rows = ImmutableArray.CreateBuilder<CsvRow>();
            while (parser.Read())
            {
                // RawRow is the line on which the record ends: the one to look at, unless a quoted cell spans lines.
                rows.Add(new CsvRow(parser.RawRow, CheckWidth(parser.Record!, header.Length, parser.RawRow, path)));
            }

            return new CsvTable(path, [.. header], rows.ToImmutable());
        }
        catch (CsvHelperException e)
        {
            throw new InvalidInputException("NN0555", $"`{path}` line {parser.RawRow}: {FirstLine(e.Message)}");
        }
    }

    /// <summary>The positions a selection means; NN0553 where the table lacks a column.</summary>
    public ImmutableArray<int> Resolve(CsvSelection selection)
    {
        var positions = ImmutableArray.CreateBuilder<int>();
        foreach (var name in selection.Names)
        {
            var position = Header.IndexOf(name);
            if (Header.LastIndexOf(name) is var again && again != position)
            {
                throw new InvalidInputException(
                    "NN0553", $"`{Path}` has two columns `{name}`, {position} and {again} from 0", "rename one, or choose by position: `[0, 2]` or `columns(0, 2)`");
            }

            positions.Add(position >= 0 ? position : throw new InvalidInputException(
                "NN0553", $"`{Path}` has no column `{name}`", $"its columns are {string.Join(", ", Header.Take(20))}{(Header.Length > 20 ? ", …" : "")}"));
        }

        foreach (var position in selection.Positions)
        {
            positions.Add(position >= 0 && position < Header.Length ? position : throw new InvalidInputException(
                "NN0553", $"`{Path}` has no column {position}", $"it has {Header.Length} columns, counted from 0"));
        }

        return positions.Count > 0 ? positions.ToImmutable() : throw new InvalidInputException("NN0553", $"no column of `{Path}` is chosen");
    }

    /// <summary>The distinct texts of columns in ordinal order, or null where they hold numbers; a mixture is an error.</summary>
    public ImmutableArray<string>? Texts(ImmutableArray<int> positions)
    {
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        (int Row, int Column)? number = null;
        (int Row, int Column)? text = null;
        for (var row = 0; row < Rows.Length; row++)
        {
            foreach (var position in positions)
            {
                var cell = Rows[row].Cells[position];
                var isText = cell.Length > 0 && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && !bool.TryParse(cell, out _);
                if (isText)
                {
                    text ??= (row, position);
                    texts.Add(cell);
                }
                else
                {
                    number ??= (row, position);
                }
            }
        }

        return (number, text) switch
        {
            (_, null) => null,
            (null, _) => [.. texts],
            ({ } n, { } t) => throw NotANumber(n.Row < t.Row ? t.Row : n.Row, n.Row < t.Row ? t.Column : n.Column, "the column mixes texts and numbers"),
        };
    }

    /// <summary>A cell as a number that the element can hold; NN0554 otherwise.</summary>
    public double Number(int row, int column, TensorElement element)
    {
        var cell = Rows[row].Cells[column];
        if (element == TensorElement.Bool && bool.TryParse(cell, out var flag))
        {
            return flag ? 1 : 0;
        }

        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw NotANumber(row, column, "a number was expected");
        }

        if (!double.IsFinite(value) || (element == TensorElement.Float32 && !float.IsFinite((float)value)))
        {
            throw NotANumber(row, column, "a finite number was expected");
        }

        if (!element.IsReal() && (value != Math.Floor(value) || Math.Abs(value) > int.MaxValue || (element == TensorElement.Bool && value is not (0 or 1))))
        {
            throw NotANumber(row, column, element == TensorElement.Bool ? "0 or 1 was expected" : "an integer was expected");
        }

        return value;
    }

    /// <summary>The number of a text; NN0562 where it has none.</summary>
    public int NumberOf(int row, int column, Dictionary<string, int> numbers) =>
        numbers.TryGetValue(Rows[row].Cells[column], out var number) ? number : throw new InvalidInputException(
            "NN0562", $"`{Path}` line {Rows[row].Line}, column `{Header[column]}`: `{Rows[row].Cells[column]}` is no class that the weights were trained with",
            $"they know {string.Join(", ", numbers.Keys.Take(10).Select(k => $"`{k}`"))}{(numbers.Count > 10 ? ", …" : "")}");

    private static ImmutableArray<string> CheckWidth(string[] cells, int width, int line, string path) => cells.Length == width
        ? [.. cells]
        : throw new InvalidInputException("NN0555", $"`{path}` line {line} has {cells.Length} cells, and the header has {width}");

    private InvalidInputException NotANumber(int row, int column, string expected)
    {
        var cell = Rows[row].Cells[column];
        var shown = cell.Length <= 40 ? cell : cell[..40] + "…";
        return new InvalidInputException("NN0554", $"`{Path}` line {Rows[row].Line}, column `{Header[column]}`: {expected}, not `{shown}`");
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd();
}
