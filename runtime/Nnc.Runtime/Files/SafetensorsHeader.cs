using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <param name="Type">The type as the format names it: F32, BF16, I64.</param>
internal sealed record SafetensorsEntry(string Name, string Type, ImmutableArray<int> Shape, long Start, long End);

/// <summary>The JSON header of a safetensors file, its entries in the order of their data.</summary>
internal sealed record SafetensorsHeader(ImmutableArray<SafetensorsEntry> Entries, ImmutableSortedDictionary<string, string> Metadata)
{
    private const string MetadataKey = "__metadata__";

    public static SafetensorsHeader Parse(byte[] json, long dataBytes, string path)
    {
        if (json is not [(byte)'{', ..])
        {
            throw Safetensors.Malformed(path, "its header does not start with `{`");
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return FromJson(document.RootElement, dataBytes, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Safetensors.Malformed(path, $"its header is not proper JSON ({e.Message})");
        }
    }

    public static byte[] Serialize(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                WriteEntry(json, name, tensor, offset);
                offset += tensor.ByteCount;
            }

            json.WriteEndObject();
        }

        // Spaces bring the data to a multiple of 8 bytes, which the format recommends for reading in place.
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)bytes.Length - 8);
        return bytes;
    }

    private static SafetensorsHeader FromJson(JsonElement root, long dataBytes, string path)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                metadata.AddRange(property.Value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetString() ?? "")));
            }
            else
            {
                entries.Add(ParseEntry(property, path));
            }
        }

        // Entries of no bytes may share a position with the next one, hence the second key.
        entries.Sort((a, b) => (a.Start, a.End).CompareTo((b.Start, b.End)));
        CheckCoverage(entries, dataBytes, path);
        return new SafetensorsHeader([.. entries], metadata.ToImmutable());
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property, string path)
    {
        var name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out var type)
            || !property.Value.TryGetProperty("shape", out var shape)
            || !property.Value.TryGetProperty("data_offsets", out var offsets)
            || type.ValueKind != JsonValueKind.String || shape.ValueKind != JsonValueKind.Array || offsets.ValueKind != JsonValueKind.Array
            || offsets.GetArrayLength() != 2 || !offsets[0].TryGetInt64(out var start) || !offsets[1].TryGetInt64(out var end))
        {
            throw Safetensors.Malformed(path, $"the entry of '{name}' lacks a dtype, a shape or two data_offsets");
        }

        var extents = ImmutableArray.CreateBuilder<int>();
        foreach (var item in shape.EnumerateArray())
        {
            extents.Add(item.TryGetInt32(out var extent) && extent >= 0 ? extent : throw Safetensors.Malformed(path, $"the shape of '{name}' holds {item}"));
        }

        var count = HostTensor.TryCount(extents) ?? throw Safetensors.Malformed(path, $"the shape of '{name}' is too large");
        var size = SafetensorsElements.Size(type.GetString()!) ?? throw Safetensors.Malformed(path, $"'{name}' is of type {type}, which is not read");
        if (start < 0 || end < start || end - start != (long)count * size)
        {
            throw Safetensors.Malformed(path, $"'{name}' takes bytes {start} to {end}, and {count} elements of {size} bytes need {(long)count * size}");
        }

        return new SafetensorsEntry(name, type.GetString()!, extents.ToImmutable(), start, end);
    }

    private static void CheckCoverage(List<SafetensorsEntry> entries, long dataBytes, string path)
    {
        long position = 0;
        foreach (var entry in entries)
        {
            if (entry.Start != position)
            {
                var what = entry.Start < position ? "overlaps what is before it" : "leaves a hole before it";
                throw Safetensors.Malformed(path, $"'{entry.Name}' starts at byte {entry.Start}, not {position}: it {what}");
            }

            position = entry.End;
        }

        if (position != dataBytes)
        {
            throw Safetensors.Malformed(path, $"its tensors take {position} bytes, and {dataBytes} follow the header");
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject(MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, string name, HostTensor tensor, long offset)
    {
        json.WriteStartObject(name);
        json.WriteString("dtype", tensor.Element switch
        {
            TensorElement.Float32 => "F32",
            TensorElement.Float64 => "F64",
            TensorElement.Int32 => "I32",
            TensorElement.Bool => "BOOL",
            _ => throw new UnreachableException(),
        });
        json.WriteStartArray("shape");
        foreach (var extent in tensor.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + tensor.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
