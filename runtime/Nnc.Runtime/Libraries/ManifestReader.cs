using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Libraries;

/// <summary>Reads manifests and refuses those that a caller could not trust to lay out memory by.</summary>
internal sealed class ManifestReader(string path)
{
    private const long MostBytes = 1L << 46;

    public static LibraryManifest Read(ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 });
            return new ManifestReader(path).Manifest(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw Malformed(path, $"it is not proper JSON ({e.Message})");
        }
    }

    public static InvalidInputException Malformed(string path, string what) => new("NN0613", $"`{path}` is not the manifest of a compiled library: {what}");

    private LibraryManifest Manifest(JsonElement root)
    {
        if (Count(root, "abi_version") is var version && version != LibraryManifest.AbiVersion)
        {
            throw new InvalidInputException("NN0614", $"`{path}` is of version {version} of the interface, and this reader knows {LibraryManifest.AbiVersion}", "compile the model again");
        }

        var dims = Texts(root, "dims");
        return new LibraryManifest(
            Identifier(root, "name"), Text(root, "model"), Abi(root), dims, Block(Member(root, "params", JsonValueKind.Object)),
            root.TryGetProperty("optimizer", out var optimizer) ? Block(Require(optimizer, JsonValueKind.Object, "optimizer")) : null,
            Count(root, "init_workspace"), Count(root, "weights_bytes"), [.. Items(root, "functions").Select(f => Function(f, dims))], Statuses(root));
    }

    private ulong Abi(JsonElement root)
    {
        var text = Text(root, "abi");
        return text.StartsWith("0x", StringComparison.Ordinal) && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var abi)
            && abi >> 48 == LibraryManifest.AbiVersion ? abi : throw Malformed(path, $"its abi is '{text}'");
    }

    private LibraryBlock Block(JsonElement block)
    {
        var bytes = Count(block, "bytes");
        ImmutableArray<LibraryTensor> tensors = [.. Items(block, "tensors").Select(Tensor)];
        long end = 0;
        foreach (var tensor in tensors.OrderBy(t => t.Offset))
        {
            if (tensor.Offset < end || tensor.Bytes > bytes - tensor.Offset)
            {
                throw Malformed(path, $"'{tensor.Name}' lies over another tensor or outside its block");
            }

            end = tensor.Offset + tensor.Bytes;
        }

        return tensors.DistinctBy(t => t.Name).Count() == tensors.Length ? new(bytes, tensors) : throw Malformed(path, "two tensors of a block have one name");
    }

    private LibraryTensor Tensor(JsonElement tensor)
    {
        var name = Text(tensor, "name");
        ImmutableArray<long> shape = [.. Items(tensor, "shape").Select(s => Counted(s, $"the shape of '{name}'"))];
        var (element, bytes) = (Element(tensor), Count(tensor, "bytes"));
        var count = shape.Aggregate((Int128)1, (product, size) => product > MostBytes ? product : product * size);
        return shape.Contains(0) ? bytes == 0 ? Made() : throw Mismatch() : count * element.Size() == bytes ? Made() : throw Mismatch();

        LibraryTensor Made() => new(name, element, shape, Count(tensor, "offset"), bytes);

        InvalidInputException Mismatch() => Malformed(path, $"'{name}' has another number of bytes than its shape takes");
    }

    private LibraryFunction Function(JsonElement function, ImmutableArray<string> dims)
    {
        var (name, own) = (Identifier(function, "name"), Texts(function, "dims"));
        if (own.FirstOrDefault(d => !dims.Contains(d)) is { } unknown)
        {
            throw Malformed(path, $"'{name}' needs the size '{unknown}', which the library does not have");
        }

        var kind = Text(function, "kind");
        return kind is "inference" or "training_step"
            ? new(name, kind == "training_step", Flag(function, "seed"), own, [.. Items(function, "arguments").Select(Argument)])
            : throw Malformed(path, $"'{name}' is of kind '{kind}'");
    }

    private LibraryArgument Argument(JsonElement argument)
    {
        var direction = Text(argument, "direction");
        return direction is "in" or "out"
            ? new(Identifier(argument, "name"), direction == "out", Element(argument), Texts(argument, "shape"), Flag(argument, "optional"))
            : throw Malformed(path, $"an argument goes '{direction}'");
    }

    private ImmutableSortedDictionary<int, string> Statuses(JsonElement root)
    {
        var statuses = ImmutableSortedDictionary.CreateBuilder<int, string>();
        foreach (var status in Items(root, "statuses"))
        {
            var code = Count(status, "code");
            if (code > int.MaxValue || !statuses.TryAdd((int)code, Text(status, "message")))
            {
                throw Malformed(path, $"the status {code} is there twice, or too large");
            }
        }

        return statuses.ToImmutable();
    }

    private TensorElement Element(JsonElement owner) => Text(owner, "type") switch
    {
        "F32" => TensorElement.Float32,
        "F64" => TensorElement.Float64,
        "I32" => TensorElement.Int32,
        "BOOL" => TensorElement.Bool,
        var other => throw Malformed(path, $"there is no element type '{other}'"),
    };

    private JsonElement.ArrayEnumerator Items(JsonElement owner, string name) => Member(owner, name, JsonValueKind.Array).EnumerateArray();

    private ImmutableArray<string> Texts(JsonElement owner, string name) =>
        [.. Items(owner, name).Select(i => Require(i, JsonValueKind.String, name).GetString()!)];

    private string Text(JsonElement owner, string name) => Member(owner, name, JsonValueKind.String).GetString()!;

    private string Identifier(JsonElement owner, string name) =>
        Text(owner, name) is var text && text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? text : throw Malformed(path, $"the name '{text}' is no identifier");

    private long Count(JsonElement owner, string name) => Counted(Member(owner, name, JsonValueKind.Number), name);

    private long Counted(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and <= MostBytes ? count : throw Malformed(path, $"{name} is {value}");

    private bool Flag(JsonElement owner, string name) => Member(owner, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var other => throw Malformed(path, $"{name} is {other}"),
    };

    private JsonElement Member(JsonElement owner, string name, JsonValueKind kind) => Require(Member(owner, name), kind, name);

    private JsonElement Member(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var member) ? member : throw Malformed(path, $"it lacks '{name}'");

    private JsonElement Require(JsonElement value, JsonValueKind kind, string name) => value.ValueKind == kind ? value : throw Malformed(path, $"'{name}' is {value}");
}
