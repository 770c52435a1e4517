using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>The integers that a column may hold, both ends included: positions on an axis of the model, such as its classes.</summary>
public sealed record IndexRange(string Column, long Least, long Greatest)
{
    /// <summary>NN0563 for the first sample with an integer outside; null where there is none, or no such column.</summary>
    public RuntimeError? Check(DataSet data)
    {
        if (data.Find(Column) is not { } tensor || FirstOutside(tensor) is not { } position)
        {
            return null;
        }

        var row = position / Math.Max(1, tensor.Count / tensor.Shape[0]);
        var text = data.Labels.TryGetValue(Column, out var labels) && tensor[position] >= 0 && tensor[position] < labels.Length ? labels[(int)tensor[position]] : null;
        return Error(data.PlaceOf(row), tensor[position], text);
    }

    /// <summary>The same for an array that is no column of a data set.</summary>
    /// <param name="source">What holds the array, as messages name it.</param>
    public RuntimeError? Check(HostTensor tensor, string source) =>
        FirstOutside(tensor) is { } position ? Error($"{source}, element {position}", tensor[position], null) : null;

    private int? FirstOutside(HostTensor tensor)
    {
        for (var i = 0; i < tensor.Count; i++)
        {
            if (tensor[i] < Least || tensor[i] > Greatest)
            {
                return i;
            }
        }

        return null;
    }

    private RuntimeError Error(string place, double value, string? text) => new(
        "NN0563",
        $"{place}: `{Column}` is {value}{(text is null ? "" : $" (`{text}`)")}, and the model takes {Least} to {Greatest}")
    {
        Help = "it is a position on an axis with so many entries: classes, rows of a table; mend the data, or make the axis longer",
    };
}
