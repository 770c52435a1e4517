using System.Collections.Immutable;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>
/// A folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and, if it has a test split, the two t10k files; each may end
/// in .gz. Images go to the one real input, scaled to 0…1; labels to the one integer input.
/// </summary>
public static class IdxSource
{
    public static Result<LoadedData> Load(string folder, ImmutableArray<SampleColumn> columns) => Result.Capture(folder, () =>
    {
        var images = Only(columns.Where(c => c.Element.IsReal()), "real");
        var labels = Only(columns.Where(c => !c.Element.IsReal()), "integer");
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException("NN0551", $"`{folder}` is not a folder with IDX files");
        }

        var training = Load(folder, "train", images, labels);
        var hasTest = Find(folder, "t10k-images-idx3-ubyte") is not null;
        return new LoadedData(training, hasTest ? Load(folder, "t10k", images, labels) : null);
    });

    private static DataSet Load(string folder, string prefix, SampleColumn images, SampleColumn labels) => DataSet.CreateOrThrow(
        [Read(folder, $"{prefix}-images-idx3-ubyte", images), Read(folder, $"{prefix}-labels-idx1-ubyte", labels)],
        $"the {(prefix == "train" ? "training" : "test")} split of `{folder}`");

    private static NamedTensor Read(string folder, string name, SampleColumn column)
    {
        var path = Find(folder, name)
            ?? throw new InvalidInputException("NN0551", $"`{Path.Combine(folder, name)}` does not exist, nor does it with .gz");
        var tensor = IdxFile.Read(path, column.Element);
        ImmutableArray<int> sample = [.. tensor.Shape.AsSpan()[1..]];
        var shape = column.Fit(sample) ?? throw column.DoesNotFit($"`{path}`", sample);
        return new NamedTensor(column.Name, tensor.Reshape([tensor.Shape[0], .. shape]));
    }

    private static string? Find(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? path : File.Exists(path + ".gz") ? path + ".gz" : null;
    }

    private static SampleColumn Only(IEnumerable<SampleColumn> columns, string kind)
    {
        var all = columns.ToList();
        return all is [var only] ? only : throw new InvalidInputException(
            "NN0558", $"IDX files give images and labels, and the model has {all.Count} {kind} inputs for them, not 1");
    }
}
