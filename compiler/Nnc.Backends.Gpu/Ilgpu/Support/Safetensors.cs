using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Nnc.Compiled
{
    /// <summary>Files of weights: an 8-byte header length, a JSON header, then the tensors without gaps.</summary>
    internal static class Safetensors
    {
        /// <summary>A file of tensors, in their order.</summary>
        /// <param name="tensors">What the file holds.</param>
        /// <param name="content">The bytes of a tensor.</param>
        public static byte[] Write(IReadOnlyList<Tensor> tensors, Func<Tensor, byte[]> content)
        {
            using var header = new MemoryStream();
            using (var json = new Utf8JsonWriter(header))
            {
                json.WriteStartObject();
                json.WriteStartObject("__metadata__");
                json.WriteString("format", "nnc");
                json.WriteEndObject();
                long offset = 0;
                foreach (var tensor in tensors)
                {
                    WriteEntry(json, tensor, ref offset);
                }

                json.WriteEndObject();
            }

            while (header.Length % 8 != 0)
            {
                header.WriteByte((byte)' ');
            }

            using var file = new MemoryStream();
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            header.WriteTo(file);
            foreach (var tensor in tensors)
            {
                file.Write(content(tensor));
            }

            return file.ToArray();
        }

        /// <summary>The bytes of each tensor in a file. Throws <see cref="InvalidDataException"/> where the file does not fit the tensors.</summary>
        public static Dictionary<Tensor, byte[]> Read(ReadOnlySpan<byte> file, IReadOnlyList<Tensor> tensors)
        {
            var length = file.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(file);
            if (length < 0 || length > file.Length - 8)
            {
                throw new InvalidDataException("the weights are not a safetensors file: its header is longer than the file");
            }

            var data = file.Slice(8 + (int)length);
            using var header = Parse(file.Slice(8, (int)length));
            var unknown = header.RootElement.EnumerateObject().FirstOrDefault(p => p.Name != "__metadata__" && tensors.All(t => t.Name != p.Name));
            if (unknown.Value.ValueKind != JsonValueKind.Undefined)
            {
                throw new InvalidDataException($"the weights hold `{unknown.Name}`, which the model does not have");
            }

            var contents = new Dictionary<Tensor, byte[]>();
            foreach (var tensor in tensors)
            {
                contents.Add(tensor, Content(header.RootElement, tensor, data));
            }

            return contents;
        }

        private static void WriteEntry(Utf8JsonWriter json, Tensor tensor, ref long offset)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.Type);
            json.WriteStartArray("shape");
            foreach (var size in tensor.Shape)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += tensor.Bytes);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        private static JsonDocument Parse(ReadOnlySpan<byte> header)
        {
            try
            {
                var document = JsonDocument.Parse(header.ToArray());
                return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw new InvalidDataException("the weights are not a safetensors file: its header is no object");
            }
            catch (JsonException error)
            {
                throw new InvalidDataException("the weights are not a safetensors file: its header is no JSON", error);
            }
        }

        private static byte[] Content(JsonElement header, Tensor tensor, ReadOnlySpan<byte> data)
        {
            if (!header.TryGetProperty(tensor.Name, out var entry))
            {
                throw new InvalidDataException($"the weights lack `{tensor.Name}`");
            }

            try
            {
                var shape = entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()).ToArray();
                var type = entry.GetProperty("dtype").GetString();
                var (begin, end) = (entry.GetProperty("data_offsets")[0].GetInt64(), entry.GetProperty("data_offsets")[1].GetInt64());
                if (!shape.SequenceEqual(tensor.Shape))
                {
                    throw new InvalidDataException($"`{tensor.Name}` has the shape [{string.Join(", ", shape)}] in the weights and must have [{string.Join(", ", tensor.Shape)}]");
                }

                if (type != tensor.Type)
                {
                    throw new InvalidDataException($"`{tensor.Name}` has the element type {type} in the weights and must have {tensor.Type}");
                }

                return begin >= 0 && end - begin == tensor.Bytes && end <= data.Length
                    ? data.Slice((int)begin, (int)tensor.Bytes).ToArray()
                    : throw new InvalidDataException($"the weights end before `{tensor.Name}` does");
            }
            catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
            {
                throw new InvalidDataException($"the weights are not a safetensors file: what its header says of `{tensor.Name}` is damaged", error);
            }
        }
    }
}
