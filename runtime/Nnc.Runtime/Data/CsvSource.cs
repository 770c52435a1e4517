using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>Which columns of a table feed an input: by name, or by position from 0.</summary>
public sealed record CsvSelection(ImmutableArray<string> Names, ImmutableArray<int> Positions);

/// <summary>
/// A comma-separated table with a header line. Several columns make one sample's tensor in their order. A column of texts for an
/// integer input is numbered in the texts' sorted (ordinal) order.
/// </summary>
public static class CsvSource
{
    /// <summary>Loads every input; NN0553 to NN0555 and NN0562 name the line and the column that are wrong.</summary>
    /// <param name="known">Numberings of texts that hold already, by column: those of the data that a model was trained on.</param>
    public static Result<LoadedData> Load(
        string path, ImmutableArray<SampleColumn> columns, IReadOnlyDictionary<string, CsvSelection> selections,
        ImmutableDictionary<string, ImmutableArray<string>>? known = null) => Result.Capture(path, () =>
    {
        using var reader = new StreamReader(path);
        var table = CsvTable.Read(reader, path);
        var labels = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        var tensors = new List<NamedTensor>();
        foreach (var column in columns)
        {
            if (!selections.TryGetValue(column.Name, out var selection))
            {
                throw new InvalidInputException("NN0553", $"the data gives no column for input `{column.Name}`");
            }

            tensors.Add(new NamedTensor(column.Name, Load(table, column, selection, known ?? ClassLabels.None, labels)));
        }

        var data = DataSet.CreateOrThrow(tensors, $"`{path}`");
        return new LoadedData(data.Described(labels.ToImmutable(), [.. table.Rows.Select(r => r.Line)]), null);
    });

    private static HostTensor Load(
        CsvTable table, SampleColumn column, CsvSelection selection, ImmutableDictionary<string, ImmutableArray<string>> known,
        ImmutableDictionary<string, ImmutableArray<string>>.Builder labels)
    {
        var positions = table.Resolve(selection);
        ImmutableArray<int> sample = positions.Length == 1 ? [] : [positions.Length];
        var shape = column.Fit(sample) ?? throw column.DoesNotFit($"`{table.Path}`", sample);
        var texts = column.Element.IsReal() ? null : table.Texts(positions);
        if (texts is { } found)
        {
            labels[column.Name] = known.GetValueOrDefault(column.Name, found);
        }

        var numbers = texts is null ? null : labels[column.Name].Select((text, number) => (text, number)).ToDictionary(t => t.text, t => t.number);

        var tensor = new HostTensor(column.Element, [table.Rows.Length, .. shape]);
        for (var row = 0; row < table.Rows.Length; row++)
        {
            for (var i = 0; i < positions.Length; i++)
            {
                tensor[(row * positions.Length) + i] = numbers is null
                    ? table.Number(row, positions[i], column.Element)
                    : table.NumberOf(row, positions[i], numbers);
            }
        }

        return tensor;
    }
}
