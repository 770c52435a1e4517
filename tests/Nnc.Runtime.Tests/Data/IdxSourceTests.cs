using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using Nnc.Runtime.Data;
using Nnc.Runtime.Tensors;
using Nnc.Testing;

namespace Nnc.Runtime.Tests.Data;

public class IdxSourceTests
{
    private static readonly ImmutableArray<SampleColumn> Columns =
    [
        new("image", TensorElement.Float32, [1, 2, 3], IsTarget: false),
        new("digit", TensorElement.Int32, [], IsTarget: true),
    ];

    [Fact]
    public void The_shipped_digits_read()
    {
        var folder = Path.Combine(Snapshot.RepositoryRoot, "examples", "data", "mnist");
        var data = IdxSource.Load(folder, [new("image", TensorElement.Float32, [1, 28, 28], false), new("digit", TensorElement.Int32, [], true)]).Value;

        Assert.Equal(7000, data.Training.Count);
        Assert.Equal(1000, data.Test!.Count);
        Assert.Equal([7000, 1, 28, 28], data.Training.Find("image")!.Shape.ToArray());
        Assert.Equal([3, 7, 6, 8, 9, 3], data.Training.Find("digit")!.AsSpan<int>()[1..7].ToArray());
        Assert.All(data.Training.Find("digit")!.ToDoubles(), d => Assert.InRange(d, 0, 9));
        var pixels = data.Test.Find("image")!.ToDoubles();
        Assert.Equal(0, pixels.Min());
        Assert.Equal(1, pixels.Max());
        Assert.InRange(pixels.Average(), 0.12, 0.15);
    }

    [Fact]
    public void Images_may_be_wanted_flat()
    {
        var folder = Path.Combine(Snapshot.RepositoryRoot, "examples", "data", "mnist");
        var data = IdxSource.Load(folder, [new("x", TensorElement.Float64, [784], false), new("y", TensorElement.Int32, [], true)]).Value;
        Assert.Equal([7000, 784], data.Training.Find("x")!.Shape.ToArray());
    }

    [Fact]
    public void Plain_files_read_and_a_test_split_is_not_needed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", Idx([2, 2, 3], [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6]));
        folder.Write("train-labels-idx1-ubyte", Idx([2], [7, 8]));
        var data = IdxSource.Load(folder.Path, Columns).Value;
        Assert.Null(data.Test);
        Assert.Equal(0.2f, data.Training.Find("image")!.AsSpan<float>()[1]);
        Assert.Equal([7, 8], data.Training.Find("digit")!.ToDoubles());
    }

    [Theory]
    [InlineData("NN0551", false, false)]
    [InlineData("NN0557", true, false)]
    [InlineData("NN0558", false, true)]
    public void What_does_not_fit_together_is_told(string code, bool hasLabels, bool hasOtherShape)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", Idx([2, 2, hasOtherShape ? 2 : 3], new byte[hasOtherShape ? 8 : 12]));
        if (hasLabels || hasOtherShape)
        {
            folder.Write("train-labels-idx1-ubyte", Idx([3], [1, 2, 3]));
        }

        Assert.Equal(code, IdxSource.Load(folder.Path, Columns).Error?.Code);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "ends after 2")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "more bytes follow")]
    [InlineData(new byte[] { 0, 0, 13, 1, 0, 0, 0, 1, 1 }, "00000D01")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0xFF, 0, 0, 1, 1 }, "too large")]
    [InlineData(new byte[] { 0, 0, 8 }, "ends before")]
    [InlineData(new byte[] { 0x7F, 0xFF, 0xFF, 0xFF }, "7FFFFFFF")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xF0, 1 }, "ends after 1")]
    public void A_malformed_file_is_told(byte[] labels, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", Idx([2, 2, 3], new byte[12]));
        folder.Write("train-labels-idx1-ubyte", labels);
        var error = IdxSource.Load(folder.Path, Columns).Error;
        Assert.Equal("NN0552", error?.Code);
        Assert.Contains(expected, error!.Message);
        Assert.Contains("train-labels", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damaged_files_give_errors(bool isZipped)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", Idx([6, 2, 3], new byte[36]));
        var labels = Idx([6], [1, 2, 3, 4, 5, 6]);
        Corruption.Check(
            isZipped ? Zip(labels) : labels,
            path =>
            {
                File.Copy(path, folder.File("train-labels-idx1-ubyte"), overwrite: true);
                return IdxSource.Load(folder.Path, Columns);
            },
            3000);
    }

    private static byte[] Idx(int[] shape, byte[] data)
    {
        var bytes = new List<byte> { 0, 0, 8, (byte)shape.Length };
        var word = new byte[4];
        foreach (var extent in shape)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, extent);
            bytes.AddRange(word);
        }

        return [.. bytes, .. data];
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return target.ToArray();
    }
}
