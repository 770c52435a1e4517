using System.Buffers.Binary;
using System.IO.Compression;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Data;

/// <summary>
/// One file in the IDX format of the MNIST pages (LeCun, Cortes, Burges): two zero bytes, the type 8 (unsigned byte), the rank,
/// big-endian extents, the elements. A gzipped file is recognised by its first bytes.
/// </summary>
internal static class IdxFile
{
    private const int LargestRank = 8;

    /// <summary>The bytes as reals scaled from 0…255 to 0…1 or as integers; NN0552 tells what is wrong.</summary>
    public static HostTensor Read(string path, TensorElement element)
    {
        using var file = File.OpenRead(path);
        var isZipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = isZipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return Read(stream, path, element);
        }
        catch (InvalidDataException e)
        {
            throw Malformed(path, e.Message);
        }
        catch (EndOfStreamException)
        {
            throw Malformed(path, "it ends before the last element that its header announces");
        }
    }

    private static HostTensor Read(Stream stream, string path, TensorElement element)
    {
        var shape = ReadShape(stream, path);
        var count = HostTensor.TryCount(shape) ?? throw Malformed(path, $"a shape of [{string.Join(", ", shape)}] is too large");

        // Read in growing pieces: a header that announces more than the file holds must not make us reserve it.
        using var content = new MemoryStream();
        var piece = new byte[1 << 16];
        while (content.Length <= count)
        {
            var read = stream.Read(piece, 0, (int)Math.Min(piece.Length, count + 1 - content.Length));
            if (read == 0)
            {
                break;
            }

            content.Write(piece, 0, read);
        }

        if (content.Length != count)
        {
            throw Malformed(path, content.Length < count
                ? $"its header announces {count} elements, and it ends after {content.Length}"
                : $"its header announces {count} elements, and more bytes follow");
        }

        return Convert(content.GetBuffer().AsSpan(0, count), shape, element);
    }

    private static int[] ReadShape(Stream stream, string path)
    {
        Span<byte> word = stackalloc byte[4];
        stream.ReadExactly(word);
        if (word[0] != 0 || word[1] != 0 || word[2] != 8 || word[3] is 0 or > LargestRank)
        {
            throw Malformed(path, $"it starts with {System.Convert.ToHexString(word)}, and unsigned bytes start with 000008 and a rank from 1 to {LargestRank}");
        }

        var shape = new int[word[3]];
        foreach (ref var extent in shape.AsSpan())
        {
            stream.ReadExactly(word);
            extent = BinaryPrimitives.ReadInt32BigEndian(word);
        }

        return shape;
    }

    private static HostTensor Convert(ReadOnlySpan<byte> bytes, int[] shape, TensorElement element)
    {
        var tensor = new HostTensor(element, shape);
        if (element == TensorElement.Float32)
        {
            var target = tensor.AsSpan<float>();
            for (var i = 0; i < bytes.Length; i++)
            {
                target[i] = bytes[i] / 255f;
            }
        }
        else
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                tensor[i] = element.IsReal() ? bytes[i] / 255.0 : bytes[i];
            }
        }

        return tensor;
    }

    private static InvalidInputException Malformed(string path, string what) => new("NN0552", $"`{path}` is not an IDX file: {what}");
}
