using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;

namespace Nnc.Runtime.Tests.Files;

public class NpyTests
{
    [Theory]
    [InlineData(TensorElement.Float32, new[] { 2, 3 })]
    [InlineData(TensorElement.Float64, new int[0])]
    [InlineData(TensorElement.Int32, new[] { 5 })]
    [InlineData(TensorElement.Bool, new[] { 1, 2, 1, 3 })]
    [InlineData(TensorElement.Float32, new[] { 0, 4 })]
    public void What_is_written_reads_back(TensorElement element, int[] shape)
    {
        using var folder = new TemporaryFolder();
        using var tensor = new HostTensor(element, shape);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor[i] = element == TensorElement.Bool ? i % 2 : i - 2;
        }

        Assert.Null(Npy.Write(folder.File("a.npy"), tensor).Error);
        var read = Npy.Read(folder.File("a.npy")).Value;

        Assert.Equal(element, read.Element);
        Assert.Equal(tensor.Shape.ToArray(), read.Shape.ToArray());
        Assert.Equal(tensor.ToDoubles(), read.ToDoubles());
    }

    [Fact]
    public void Data_start_at_a_multiple_of_64_bytes()
    {
        using var folder = new TemporaryFolder();
        Npy.Write(folder.File("a.npy"), new HostTensor(TensorElement.Float32, 10, 100, 1000));
        Assert.Equal(0, (new FileInfo(folder.File("a.npy")).Length - 4_000_000) % 64);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fortran_order_becomes_row_major_in_every_version(int version)
    {
        using var folder = new TemporaryFolder();
        var bytes = File("<f8", isFortran: true, "(2, 3)", MemoryMarshal.AsBytes<double>([1, 4, 2, 5, 3, 6]), version);
        Assert.Equal([1, 2, 3, 4, 5, 6], Npy.Read(folder.Write("a.npy", bytes)).Value.ToDoubles());
    }

    [Fact]
    public void Wide_and_unsigned_integers_become_32_bit_ones()
    {
        using var folder = new TemporaryFolder();
        var wide = Npy.Read(folder.Write("a.npy", File("<i8", false, "(2,)", MemoryMarshal.AsBytes<long>([-3, 2_000_000_000])))).Value;
        var bytes = Npy.Read(folder.Write("b.npy", File("|u1", false, "(2,)", [0, 255]))).Value;

        Assert.Equal(TensorElement.Int32, wide.Element);
        Assert.Equal([-3, 2_000_000_000], wide.ToDoubles());
        Assert.Equal([0, 255], bytes.ToDoubles());
    }

    [Theory]
    [InlineData("<i8", "(1,)", 8, "beyond 32 bits")]
    [InlineData("<f4", "(3,)", 8, "3 elements of 4 bytes, and 8 bytes follow")]
    [InlineData("<f4", "(1,)", 8, "1 elements of 4 bytes, and 8 bytes follow")]
    [InlineData(">f4", "(2,)", 8, "not read")]
    [InlineData("|O", "(2,)", 8, "not read")]
    [InlineData("<f4", "(-2,)", 8, "header")]
    [InlineData("<f4", "(70000, 70000)", 8, "too large")]
    [InlineData("|b1", "(8,)", 8, "neither 0 nor 1")]
    public void Each_broken_rule_has_its_message(string type, string shape, int count, string expected)
    {
        using var folder = new TemporaryFolder();
        var data = new byte[count];
        Array.Fill(data, (byte)0x7F);
        var error = Npy.Read(folder.Write("a.npy", File(type, false, shape, data))).Error;

        Assert.Equal("NN0603", error?.Code);
        Assert.Contains(expected, error!.Message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Npy.Read("nowhere.npy").Error;
        Assert.Equal("NN0601", error?.Code);
        Assert.Contains("nowhere.npy", error!.Message);
    }

    [Fact]
    public void Damaged_files_give_errors() =>
        Corruption.Check(File("<f4", false, "(4, 5)", new byte[80]), Npy.Read, 3000);

    /// <summary>A file as NumPy writes it, put together without the code under test.</summary>
    private static byte[] File(string type, bool isFortran, string shape, ReadOnlySpan<byte> data, int version = 1)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {(isFortran ? "True" : "False")}, 'shape': {shape}, }}\n");
        var length = new byte[version == 1 ? 2 : 4];
        if (version == 1)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, header.Length);
        }

        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. header, .. data];
    }
}
