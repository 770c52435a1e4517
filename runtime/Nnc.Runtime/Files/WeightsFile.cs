using System.Collections.Immutable;
using Nnc.Runtime.Data;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>Parameters and states under their names and in their natural shapes, as safetensors.</summary>
public static class WeightsFile
{
    /// <summary>Writes a store's weights, and the scaling that its inputs need.</summary>
    public static Result<string> Save(string path, TensorStore store, Normalization normalization)
    {
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("format", "nnc");
        if (!normalization.Columns.IsEmpty)
        {
            metadata = metadata.Add(Normalization.MetadataKey, normalization.ToJson());
        }

        return Safetensors.Write(path, [.. store.Weights.Select(w => new NamedTensor(w.Name, w.Tensor))], metadata);
    }

    /// <summary>
    /// Reads weights into a store and returns the scaling that came with them. NN0606 where a tensor is missing or not the
    /// model's, NN0607 where one has another shape or element. Nothing is changed unless everything fits.
    /// </summary>
    public static Result<Normalization> Load(string path, TensorStore store) => Result.Capture(path, () =>
    {
        if (!Safetensors.Read(path).TryGet(out var file, out var error))
        {
            throw new InvalidInputException(error);
        }

        var normalization = Normalization.None;
        if (file.Metadata.TryGetValue(Normalization.MetadataKey, out var text))
        {
            normalization = Normalization.FromJson(text) ?? throw new InvalidInputException("NN0605", $"the normalization in `{path}` is damaged");
        }

        Assign(path, file.Tensors, store.Weights);
        return normalization;
    });

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
