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
    /// <summary>Loads every input; NN0553 to NN0555 name the line and the column that are wrong.</summary>
    public static Result<LoadedData> Load(
        string path, ImmutableArray<SampleColumn> columns, IReadOnlyDictionary<string, CsvSelection> selections) => Result.Capture(path, () =>
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

            tensors.Add(new NamedTensor(column.Name, Load(table, column, selection, labels)));
        }

        return new LoadedData(WithLabels(DataSet.CreateOrThrow(tensors, $"`{path}`"), labels), null);
    });

    private static HostTensor Load(
        CsvTable table, SampleColumn column, CsvSelection selection, ImmutableDictionary<string, ImmutableArray<string>>.Builder labels)
    {
        var positions = table.Resolve(selection);
        ImmutableArray<int> sample = positions.Length == 1 ? [] : [positions.Length];
        var shape = column.Fit(sample) ?? throw column.DoesNotFit($"`{table.Path}`", sample);
        var texts = column.Element.IsReal() ? null : table.Texts(positions);
        if (texts is { } found)
        {
            labels[column.Name] = found;
        }

        var tensor = new HostTensor(column.Element, [table.Rows.Length, .. shape]);
        for (var row = 0; row < table.Rows.Length; row++)
        {
            for (var i = 0; i < positions.Length; i++)
            {
                tensor[(row * positions.Length) + i] = texts is { } all
                    ? all.BinarySearch(table.Rows[row].Cells[positions[i]], StringComparer.Ordinal)
                    : table.Number(row, positions[i], column.Element);
            }
        }

        return tensor;
    }

    private static DataSet WithLabels(DataSet data, ImmutableDictionary<string, ImmutableArray<string>>.Builder labels) =>
        labels.Count == 0 ? data : DataSet.Relabelled(data, labels.ToImmutable());
}
