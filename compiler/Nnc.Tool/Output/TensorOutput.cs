using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Output;

/// <summary>Gives computed tensors to the caller: as a file, or printed.</summary>
internal static class TensorOutput
{
    /// <summary>Text shows at most so many rows of a tensor.</summary>
    private const int ShownRows = 20;

    /// <summary>Refuses a file name that <see cref="Deliver"/> could not write, before anything is computed for it.</summary>
    public static void CheckPath(string? path)
    {
        if (path is not null && Path.GetExtension(path).ToLowerInvariant() is not (".npz" or ".npy"))
        {
            throw new ToolFailure("NN0715", $"`{path}` ends in neither .npz nor .npy", exitCode: ExitCode.Usage);
        }
    }

    public static void Deliver(ImmutableArray<NamedTensor> tensors, string? path, string format)
    {
        switch (path)
        {
            case null:
                Console.Out.Write(format == "json" ? ToJson(tensors) : ToText(tensors));
                break;
            case { } when path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase):
                Npy.Write(path, Only(tensors, path)).OrFail();
                break;
            default:
                Npz.Write(path, tensors).OrFail();
                break;
        }
    }

    private static HostTensor Only(ImmutableArray<NamedTensor> tensors, string path) => tensors is [var only]
        ? only.Tensor
        : throw new ToolFailure("NN0715", $"there are {tensors.Length} results, and an .npy holds one", $"write `{Path.ChangeExtension(path, ".npz")}`", ExitCode.Usage);

    public static string ToText(ImmutableArray<NamedTensor> tensors)
    {
        var text = new StringBuilder();
        foreach (var (name, tensor) in tensors)
        {
            if (tensor.Shape.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name} = {tensor[0]:G6}\n");
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"{name} [{string.Join(", ", tensor.Shape)}]\n");
            var width = tensor.Shape[0] == 0 ? 0 : tensor.Count / tensor.Shape[0];
            for (var row = 0; row < Math.Min(tensor.Shape[0], ShownRows); row++)
            {
                var values = Enumerable.Range(0, Math.Min(width, ShownRows)).Select(i => tensor[(row * width) + i].ToString("G6", CultureInfo.InvariantCulture));
                text.Append("  ").AppendJoin("  ", values).Append(width > ShownRows ? "  …\n" : "\n");
            }

            text.Append(tensor.Shape[0] > ShownRows ? string.Create(CultureInfo.InvariantCulture, $"  … {tensor.Shape[0] - ShownRows} more; -o FILE.npz keeps all\n") : "");
        }

        return text.ToString();
    }

    public static string ToJson(ImmutableArray<NamedTensor> tensors)
    {
        var json = new JsonObject();
        foreach (var (name, tensor) in tensors)
        {
            json[name] = new JsonObject
            {
                ["shape"] = new JsonArray([.. tensor.Shape.Select(s => (JsonNode)JsonValue.Create(s))]),
                ["values"] = new JsonArray([.. tensor.ToDoubles().Select(v => double.IsFinite(v) ? (JsonNode)JsonValue.Create(v) : null)]),
            };
        }

        return json.ToJsonString() + "\n";
    }
}
