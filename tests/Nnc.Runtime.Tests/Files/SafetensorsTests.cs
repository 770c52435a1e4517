using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Files;

public class SafetensorsTests
{
    [Fact]
    public void What_is_written_reads_back()
    {
        using var folder = new TemporaryFolder();
        var metadata = new Dictionary<string, string> { ["format"] = "nnc", ["a"] = "ö\"" };
        Assert.Null(Safetensors.Write(folder.File("w"), Tensors(), metadata).Error);
        var read = Safetensors.Read(folder.File("w")).Value;

        Assert.Equal(metadata.OrderBy(p => p.Key), read.Metadata.AsEnumerable());
        Assert.Equal(["hidden.dense.W", "flag", "n", "empty"], read.Tensors.Select(t => t.Name));
        Assert.Equal([2, 3], read.Tensors[0].Tensor.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], read.Tensors[0].Tensor.ToDoubles());
        Assert.Equal(TensorElement.Bool, read.Tensors[1].Tensor.Element);
        Assert.Equal([0, 2], read.Tensors[3].Tensor.Shape.ToArray());
    }

    [Fact]
    public void The_header_is_as_the_format_says()
    {
        using var folder = new TemporaryFolder();
        Safetensors.Write(folder.File("w"), [new NamedTensor("b", HostTensor.Of(TensorElement.Float32, [2], [1, 2]))]);
        var bytes = File.ReadAllBytes(folder.File("w"));
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);

        Assert.Equal(0, length % 8);
        Assert.Equal("{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64], bytes[(8 + length)..]);
    }

    [Fact]
    public void Narrow_floats_widen_and_wide_integers_narrow()
    {
        using var folder = new TemporaryFolder();
        byte[] data =
        [
            .. MemoryMarshal.AsBytes<Half>([(Half)1.5, (Half)(-2)]),
            .. MemoryMarshal.AsBytes<ushort>([0x3FC0, 0xC000]),
            .. MemoryMarshal.AsBytes<long>([5, -7]),
        ];
        var file = Build(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"i":{"dtype":"I64","shape":[2],"data_offsets":[8,24]}}""",
            data);
        var tensors = Safetensors.Read(folder.Write("w", file)).Value.Tensors;
        Assert.Equal([1.5, -2], tensors[0].Tensor.ToDoubles());
        Assert.Equal([1.5, -2], tensors[1].Tensor.ToDoubles());
        Assert.Equal([5, -7], tensors[2].Tensor.ToDoubles());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "8 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "4 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "need 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "holds -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999,99999],"data_offsets":[0,4]}}""", 4, "too large")]
    [InlineData("""{"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}}""", 4, "not read")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "need 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "JSON")]
    [InlineData(""" {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "start with")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "JSON")]
    [InlineData("""{"a":""", 0, "JSON")]
    [InlineData("""{"a":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}}""", 4, "neither 0 nor 1")]
    public void Each_broken_rule_has_its_message(string header, int dataBytes, string expected)
    {
        using var folder = new TemporaryFolder();
        var data = new byte[dataBytes];
        Array.Fill(data, (byte)9);
        var error = Safetensors.Read(folder.Write("w", Build(header, data))).Error;
        Assert.Equal("NN0605", error?.Code);
        Assert.Contains(expected, error!.Message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001ul)]
    [InlineData(1000ul)]
    public void A_header_beyond_the_file_is_refused_before_it_is_reserved(ulong length)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Equal("NN0605", Safetensors.Read(folder.Write("w", bytes)).Error?.Code);
    }

    [Fact]
    public void Damaged_files_give_errors()
    {
        using var folder = new TemporaryFolder();
        Safetensors.Write(folder.File("w"), Tensors(), new Dictionary<string, string> { ["k"] = "v" });
        Corruption.Check(File.ReadAllBytes(folder.File("w")), Safetensors.Read, 3000);
    }

    private static NamedTensor[] Tensors() =>
    [
        new("hidden.dense.W", HostTensor.Of(TensorElement.Float32, [2, 3], [1, 2, 3, 4, 5, 6])),
        new("flag", HostTensor.Of(TensorElement.Bool, [], [1])),
        new("n", HostTensor.Of(TensorElement.Int32, [1], [-4])),
        new("empty", HostTensor.Of(TensorElement.Float64, [0, 2], [])),
    ];

    private static byte[] Build(string header, byte[] data)
    {
        var length = new byte[8];
        var json = Encoding.UTF8.GetBytes(header);
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }
}
