using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Runtime.Results;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>
/// Arrays in NumPy's .npy format (NEP 1), versions 1 to 3, C and Fortran order, types f4, f8, i4, i8, u1 and b1. Wider and
/// unsigned integers become 32-bit ones if every value fits.
/// </summary>
public static class Npy
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file; NN0603 tells what is wrong with it.</summary>
    public static Result<HostTensor> Read(string path) => Result.Capture(path, () =>
    {
        using var stream = File.OpenRead(path);
        return Read(stream, stream.Length, path);
    });

    public static Result<string> Write(string path, HostTensor tensor) => Result.Capture(path, () =>
    {
        AtomicFile.Write(path, stream => Write(stream, tensor));
        return path;
    });

    /// <summary>Reads an array that ends exactly at <paramref name="length"/> bytes.</summary>
    internal static HostTensor Read(Stream stream, long length, string path)
    {
        var (header, headerBytes) = ReadHeader(stream, length, path);
        var count = HostTensor.TryCount(header.Shape) ?? throw Malformed(path, "its shape is too large");
        if (headerBytes + ((long)count * header.ItemSize) != length)
        {
            throw Malformed(path, $"its header tells of {count} elements of {header.ItemSize} bytes, and {length - headerBytes} bytes follow");
        }

        var tensor = ReadElements(stream, header, path);
        return header.IsFortranOrder ? FromFortranOrder(tensor) : tensor;
    }

    internal static void Write(Stream stream, HostTensor tensor)
    {
        var shape = tensor.Shape is [var only] ? $"({only},)" : $"({string.Join(", ", tensor.Shape)})";
        var type = tensor.Element switch
        {
            TensorElement.Float32 => "<f4",
            TensorElement.Float64 => "<f8",
            TensorElement.Int32 => "<i4",
            TensorElement.Bool => "|b1",
            _ => throw new UnreachableException(),
        };
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";

        // Magic, version and length take 10 bytes; spaces make the whole header a multiple of 64, as the format asks.
        text = text.PadRight((((text.Length + 11 + 63) / 64) * 64) - 11) + "\n";
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
        stream.Write(Magic);
        stream.Write([1, 0]);
        stream.Write(length);
        stream.Write(Encoding.ASCII.GetBytes(text));
        stream.WriteFrom(tensor);
    }

    internal static InvalidInputException Malformed(string path, string what) => new("NN0603", $"`{path}` is not a NumPy array: {what}");

    private static (NpyHeader Header, long Bytes) ReadHeader(Stream stream, long length, string path)
    {
        Span<byte> start = stackalloc byte[8];
        if (length < 10 || stream.ReadAtLeast(start, 8, throwOnEndOfStream: false) < 8 || !start[..6].SequenceEqual(Magic))
        {
            throw Malformed(path, "it does not start with \\x93NUMPY");
        }

        var isFirstVersion = start[6] == 1;
        if (start[6] is < 1 or > 3)
        {
            throw Malformed(path, $"version {start[6]} is unknown");
        }

        Span<byte> size = stackalloc byte[4];
        size.Clear();
        stream.ReadExactly(size[..(isFirstVersion ? 2 : 4)]);
        long headerLength = BinaryPrimitives.ReadUInt32LittleEndian(size);
        var headerBytes = 8 + (isFirstVersion ? 2 : 4) + headerLength;
        if (headerBytes > length || headerLength > 1 << 20)
        {
            throw Malformed(path, "its header reaches beyond its end");
        }

        var text = new byte[headerLength];
        stream.ReadExactly(text);
        return (NpyHeader.Parse(Encoding.UTF8.GetString(text), path), headerBytes);
    }

    private static HostTensor ReadElements(Stream stream, NpyHeader header, string path)
    {
        var shape = header.Shape.AsSpan();
        switch (header.Type)
        {
            case "f4": return Direct(TensorElement.Float32);
            case "f8": return Direct(TensorElement.Float64);
            case "i4": return Direct(TensorElement.Int32);
            case "b1":
                var flags = Direct(TensorElement.Bool);
                return flags.AsSpan<byte>().ContainsAnyExceptInRange((byte)0, (byte)1) ? throw Malformed(path, "a truth value is neither 0 nor 1") : flags;
            case "u1": return Widened(1);
            case "i8": return Widened(8);
            default: throw new UnreachableException();
        }

        HostTensor Direct(TensorElement element)
        {
            var tensor = new HostTensor(element, header.Shape.AsSpan());
            stream.ReadInto(tensor);
            return tensor;
        }

        HostTensor Widened(int size)
        {
            var raw = new byte[header.Shape.Aggregate(1L, (a, b) => a * b) * size];
            stream.ReadExactly(raw);
            return Narrow(raw, size, header.Shape, path);
        }
    }

    /// <summary>Bytes or 64-bit integers as 32-bit ones; a value that does not fit is an error.</summary>
    private static HostTensor Narrow(byte[] raw, int size, ImmutableArray<int> shape, string path)
    {
        var tensor = new HostTensor(TensorElement.Int32, shape.AsSpan());
        var target = tensor.AsSpan<int>();
        var wide = MemoryMarshal.Cast<byte, long>(raw);
        for (var i = 0; i < target.Length; i++)
        {
            var value = size == 1 ? raw[i] : wide[i];
            if (value is < int.MinValue or > int.MaxValue)
            {
                throw Malformed(path, $"element {i} is {value}, beyond 32 bits");
            }

            target[i] = (int)value;
        }

        return tensor;
    }

    private static HostTensor FromFortranOrder(HostTensor source)
    {
        var target = new HostTensor(source.Element, source.Shape.AsSpan());
        var size = source.Element.Size();
        var index = new int[source.Shape.Length];
        for (var column = 0; column < source.Count; column++)
        {
            var row = 0;
            for (var axis = 0; axis < index.Length; axis++)
            {
                row = (row * source.Shape[axis]) + index[axis];
            }

            source.BytesAt((long)column * size, size).CopyTo(target.BytesAt((long)row * size, size));
            for (var axis = 0; axis < index.Length && ++index[axis] == source.Shape[axis]; axis++)
            {
                index[axis] = 0;
            }
        }

        return target;
    }
}
