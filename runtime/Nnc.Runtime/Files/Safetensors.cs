using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>The content of a .safetensors file: tensors by name and free text by key.</summary>
public sealed record SafetensorsFile(ImmutableArray<NamedTensor> Tensors, ImmutableSortedDictionary<string, string> Metadata);

/// <summary>
/// The safetensors format: an 8-byte header length, a JSON header, then the tensors without gaps. Element types F32, F64, I32
/// and BOOL are read as they are; F16 and BF16 widen to F32; I64 and U8 become I32 where every value fits.
/// </summary>
public static class Safetensors
{
    /// <summary>The longest header the format allows.</summary>
    public const long LongestHeader = 100_000_000;

    /// <summary>Reads a whole file; NN0605 tells which rule of the format it breaks.</summary>
    public static Result<SafetensorsFile> Read(string path) => Result.Capture(path, () =>
    {
        using var stream = File.OpenRead(path);
        return Read(stream, stream.Length, path);
    });

    /// <summary>Writes tensors in the order given, aligned to 8 bytes; the same content always gives the same bytes.</summary>
    public static Result<string> Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Result.Capture(path, () =>
        {
            var header = SafetensorsHeader.Serialize(tensors, metadata);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(header);
                foreach (var (_, tensor) in tensors)
                {
                    stream.WriteFrom(tensor);
                }
            });
            return path;
        });

    internal static InvalidInputException Malformed(string path, string what) => new("NN0605", $"`{path}` is not a safetensors file: {what}");

    private static SafetensorsFile Read(Stream stream, long length, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (length < 8)
        {
            throw Malformed(path, $"it has {length} bytes, and the header's length alone takes 8");
        }

        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader || headerLength > (ulong)(length - 8))
        {
            throw Malformed(path, $"its header claims {headerLength} bytes of a file of {length}");
        }

        var json = new byte[headerLength];
        stream.ReadExactly(json);
        var header = SafetensorsHeader.Parse(json, length - 8 - (long)headerLength, path);
        var tensors = header.Entries.Select(e => new NamedTensor(e.Name, SafetensorsElements.Read(stream, e, path))).ToList();
        return new SafetensorsFile([.. tensors], header.Metadata);
    }
}
