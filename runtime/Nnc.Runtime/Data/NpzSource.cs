using System.Collections.Immutable;
using Nnc.Runtime.Files;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>An .npz archive with one array an input under the input's name, samples along the first axis.</summary>
public static class NpzSource
{
    public static Result<LoadedData> Load(string path, ImmutableArray<SampleColumn> columns) => Result.Capture(path, () =>
    {
        if (!Npz.Read(path).TryGet(out var arrays, out var error))
        {
            throw new InvalidInputException(error);
        }

        return new LoadedData(DataSet.CreateOrThrow(columns.Select(c => Load(path, arrays, c)), $"`{path}`"), null);
    });

    private static NamedTensor Load(string path, ImmutableArray<NamedTensor> arrays, SampleColumn column)
    {
        var array = arrays.FirstOrDefault(a => a.Name == column.Name)?.Tensor ?? throw new InvalidInputException(
            "NN0553", $"`{path}` has no array `{column.Name}`", $"it has {string.Join(", ", arrays.Select(a => a.Name))}");
        if (array.Shape.IsEmpty)
        {
            throw new InvalidInputException("NN0558", $"`{column.Name}` of `{path}` is a scalar, and its first axis should be the samples");
        }

        ImmutableArray<int> sample = [.. array.Shape.AsSpan()[1..]];
        var shape = column.Fit(sample) ?? throw column.DoesNotFit($"`{column.Name}` of `{path}`", sample);
        var source = $"`{column.Name}` of `{path}`";
        return new NamedTensor(column.Name, TensorConversion.To(column.Element, array, source).Reshape([array.Shape[0], .. shape]));
    }
}
