using System.Diagnostics;
using System.Runtime.InteropServices;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Files;

/// <summary>The element types of safetensors and how each becomes one of ours.</summary>
internal static class SafetensorsElements
{
    /// <summary>Bytes of an element, or null for a type that is not read.</summary>
    public static int? Size(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" => 2,
        "BOOL" or "U8" => 1,
        _ => null,
    };

    public static HostTensor Read(Stream stream, SafetensorsEntry entry, string path)
    {
        switch (entry.Type)
        {
            case "F32": return Direct(TensorElement.Float32);
            case "F64": return Direct(TensorElement.Float64);
            case "I32": return Direct(TensorElement.Int32);
            case "BOOL":
                var flags = Direct(TensorElement.Bool);
                return flags.AsSpan<byte>().ContainsAnyExceptInRange((byte)0, (byte)1)
                    ? throw Safetensors.Malformed(path, $"a truth value of '{entry.Name}' is neither 0 nor 1")
                    : flags;
            case "F16": return Converted(TensorElement.Float32, (raw, i) => (double)MemoryMarshal.Cast<byte, Half>(raw)[i]);
            case "BF16": return Converted(TensorElement.Float32, (raw, i) => BitConverter.Int32BitsToSingle(MemoryMarshal.Cast<byte, ushort>(raw)[i] << 16));
            case "U8": return Converted(TensorElement.Int32, (raw, i) => raw[i]);
            case "I64": return Converted(TensorElement.Int32, (raw, i) => MemoryMarshal.Cast<byte, long>(raw)[i]);
            default: throw new UnreachableException();
        }

        HostTensor Direct(TensorElement element)
        {
            var tensor = new HostTensor(element, entry.Shape.AsSpan());
            stream.ReadInto(tensor);
            return tensor;
        }

        HostTensor Converted(TensorElement element, Func<byte[], int, double> value)
        {
            var raw = new byte[entry.End - entry.Start];
            stream.ReadExactly(raw);
            var tensor = new HostTensor(element, entry.Shape.AsSpan());
            for (var i = 0; i < tensor.Count; i++)
            {
                var converted = value(raw, i);
                if (element == TensorElement.Int32 && converted is < int.MinValue or > int.MaxValue)
                {
                    throw Safetensors.Malformed(path, $"element {i} of '{entry.Name}' is beyond 32 bits");
                }

                tensor[i] = converted;
            }

            return tensor;
        }
    }
}
