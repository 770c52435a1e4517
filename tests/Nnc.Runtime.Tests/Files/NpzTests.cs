using System.IO.Compression;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;

namespace Nnc.Runtime.Tests.Files;

public class NpzTests
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void What_is_written_reads_back(CompressionLevel compression)
    {
        using var folder = new TemporaryFolder();
        Assert.Null(Npz.Write(folder.File("a.npz"), Arrays(), compression).Error);
        var read = Npz.Read(folder.File("a.npz")).Value;

        Assert.Equal(["x", "grad/hidden.dense.W"], read.Select(a => a.Name));
        Assert.Equal([1.5, 2.5, -3, 4], read[0].Tensor.ToDoubles());
        Assert.Equal([2, 2], read[0].Tensor.Shape.ToArray());
        Assert.Equal([7.0], read[1].Tensor.ToDoubles());
    }

    [Fact]
    public void The_same_arrays_give_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder.File("a.npz"), Arrays());
        Npz.Write(folder.File("b.npz"), Arrays());
        Assert.Equal(File.ReadAllBytes(folder.File("a.npz")), File.ReadAllBytes(folder.File("b.npz")));
    }

    [Fact]
    public void An_archive_of_NumPy_reads()
    {
        var arrays = Npz.Read(Path.Combine(Snapshot.RepositoryRoot, "tests", "fixtures", "mlp.npz")).Value;
        Assert.NotEmpty(arrays);
        Assert.All(arrays, a => Assert.True(a.Tensor.IsFinite(), a.Name));
    }

    [Fact]
    public void A_changed_byte_of_the_content_is_noticed()
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder.File("a.npz"), Arrays());
        var bytes = File.ReadAllBytes(folder.File("a.npz"));

        // The last element of the first array: stored, so nothing but the checksum covers it.
        var position = bytes.AsSpan().IndexOf(BitConverter.GetBytes(4f));
        bytes[position] ^= 1;
        var error = Npz.Read(folder.Write("b.npz", bytes)).Error;
        Assert.Equal("NN0604", error?.Code);
        Assert.Contains("checksum", error!.Message);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Damaged_archives_give_errors(CompressionLevel compression)
    {
        using var folder = new TemporaryFolder();
        Npz.Write(folder.File("a.npz"), Arrays(), compression);
        Corruption.Check(File.ReadAllBytes(folder.File("a.npz")), Npz.Read, 3000);
    }

    private static NamedTensor[] Arrays() =>
    [
        new("x", HostTensor.Of(TensorElement.Float32, [2, 2], [1.5, 2.5, -3, 4])),
        new("grad/hidden.dense.W", HostTensor.Of(TensorElement.Int32, [], [7])),
    ];
}
