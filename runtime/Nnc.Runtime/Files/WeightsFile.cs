using System.Collections.Immutable;
using System.Globalization;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>Parameters and states under their names and in their natural shapes, as safetensors.</summary>
public static class WeightsFile
{
    /// <summary>The key under which files keep what their text is a sequence of.</summary>
    private const string TextUnitKey = "text_unit";

    /// <summary>Writes a store's weights, and what later data need of those they were trained on.</summary>
    public static Result<string> Save(string path, TensorStore store, TrainingNotes notes)
    {
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("format", "nnc");
        if (!notes.Normalization.Columns.IsEmpty)
        {
            metadata = metadata.Add(Normalization.MetadataKey, notes.Normalization.ToJson());
        }

        if (!notes.Labels.IsEmpty)
        {
            metadata = metadata.Add(ClassLabels.MetadataKey, ClassLabels.ToJson(notes.Labels));
        }

        if (notes.TextUnit is { } unit)
        {
            metadata = metadata.Add(TextUnitKey, unit.ToString());
        }

        if (notes.Split is { } split)
        {
            metadata = metadata.Add(SplitChoice.MetadataKey, split.ToJson());
        }

        return Safetensors.Write(path, [.. store.Weights.Select(w => new NamedTensor(w.Name, w.Tensor))], metadata);
    }

    /// <summary>
    /// Reads weights into a store and returns what came with them. NN0606 where a tensor is missing or not the model's, NN0607
    /// where one has another shape or element, NN0612 where one holds a NaN or an infinity. Nothing is changed unless everything
    /// fits.
    /// </summary>
    public static Result<TrainingNotes> Load(string path, TensorStore store) => Result.Capture(path, () =>
    {
        if (!Safetensors.Read(path).TryGet(out var file, out var error))
        {
            throw new InvalidInputException(error);
        }

        var notes = new TrainingNotes
        {
            Normalization = Note(path, file, Normalization.MetadataKey, Normalization.FromJson) ?? Normalization.None,
            Labels = Note(path, file, ClassLabels.MetadataKey, ClassLabels.FromJson) ?? ClassLabels.None,
            TextUnit = Unit(path, file),
            Split = Note(path, file, SplitChoice.MetadataKey, SplitChoice.FromJson),
        };
        foreach (var tensor in file.Tensors)
        {
            CheckFinite(path, tensor);
        }

        Assign(path, file.Tensors, store.Weights);
        return notes;
    });

    /// <summary>One entry of the metadata; null where the file has none, NN0605 where it is damaged.</summary>
    private static T? Note<T>(string path, SafetensorsFile file, string key, Func<string, T?> read)
        where T : class =>
        file.Metadata.TryGetValue(key, out var text) ? read(text) ?? throw new InvalidInputException("NN0605", $"the {key} in `{path}` is damaged") : null;

    private static TextUnit? Unit(string path, SafetensorsFile file) =>
        !file.Metadata.TryGetValue(TextUnitKey, out var text) ? null
            : Enum.GetNames<TextUnit>().Contains(text) ? Enum.Parse<TextUnit>(text)
            : throw new InvalidInputException("NN0605", $"the {TextUnitKey} in `{path}` is damaged");

    private static void CheckFinite(string path, NamedTensor named)
    {
        var tensor = named.Tensor;
        if (tensor.IsFinite())
        {
            return;
        }

        var position = Enumerable.Range(0, tensor.Count).First(i => !double.IsFinite(tensor[i]));
        var index = new int[tensor.Shape.Length];
        for (var (axis, rest) = (index.Length - 1, position); axis >= 0; rest /= tensor.Shape[axis], axis--)
        {
            index[axis] = rest % tensor.Shape[axis];
        }

        throw new InvalidInputException(
            "NN0612", $"`{named.Name}` of `{path}` holds {tensor[position].ToString(CultureInfo.InvariantCulture)} at [{string.Join(", ", index)}]",
            "no output of such weights means anything; train anew, or take an earlier file");
    }

    /// <summary>Copies tensors from a file into those they are named after, all or none.</summary>
    internal static void Assign(string path, ImmutableArray<NamedTensor> tensors, IEnumerable<StoredTensor> targets)
    {
        var found = tensors.ToDictionary(t => t.Name, t => t.Tensor);
        var wanted = targets.ToList();
        var missing = wanted.Where(t => !found.ContainsKey(t.Name)).Select(t => t.Name).ToList();
        var unexpected = found.Keys.Except(wanted.Select(t => t.Name)).ToList();
        if (missing.Count > 0 || unexpected.Count > 0)
        {
            throw new InvalidInputException(
                "NN0606",
                $"`{path}` is of another model: {string.Join("; ", Told("it lacks", missing).Concat(Told("it has besides", unexpected)))}");
        }

        var converted = wanted.Select(t => (t.Tensor, Value: Fitting(path, t, found[t.Name]))).ToList();
        foreach (var (tensor, value) in converted)
        {
            tensor.CopyFrom(value);
        }
    }

    private static HostTensor Fitting(string path, StoredTensor target, HostTensor value) =>
        target.Tensor.Shape.SequenceEqual(value.Shape)
            ? TensorConversion.To(target.Tensor.Element, value, $"`{target.Name}` of `{path}`")
            : throw new InvalidInputException(
                "NN0607", $"`{target.Name}` is [{string.Join(", ", value.Shape)}] in `{path}`, and the model's is [{string.Join(", ", target.Tensor.Shape)}]");

    private static IEnumerable<string> Told(string verb, List<string> names)
    {
        if (names.Count > 0)
        {
            yield return $"{verb} {string.Join(", ", names.Order(StringComparer.Ordinal).Take(5).Select(n => $"`{n}`"))}{(names.Count > 5 ? $" and {names.Count - 5} more" : "")}";
        }
    }
}
