using System.Buffers.Binary;
using System.Text;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Libraries.Tests;

/// <summary>Weights that fit are read and written to the bit; whatever else a file holds is answered with a status.</summary>
public sealed class WeightsTests : IDisposable
{
    private const int Damaged = 10_000, UnderValgrind = 300;

    private static readonly LibraryFolder _folder = LibraryFolder.OfText("small", """
        model Small {
          input x : real[N, 3]
          target y : int[N]
          logits = x |> dense(4) |> tanh |> dense(2)
          output logits
          loss = cross_entropy(logits, y)
        }
        """);

    private readonly ShippedLibrary _library = new(_folder);

    public void Dispose() => _library.Dispose();

    [Fact]
    public void What_is_saved_is_read_by_the_runtime_and_by_the_library()
    {
        var (block, again) = (new byte[_library.ParamsBytes], new byte[_library.ParamsBytes]);
        Assert.Equal(0, _library.Init(block, 9));
        var file = Save(block);
        Assert.Equal(0, _library.Load(again, file));
        Assert.Equal(block, again);

        File.WriteAllBytes(_folder["saved.safetensors"], file);
        var store = ModelStore.Create(_folder.File.Model, TensorElement.Float32);
        Assert.Null(WeightsFile.Load(_folder["saved.safetensors"], store).Error);
        var fresh = ModelStore.Create(_folder.File.Model, TensorElement.Float32);
        fresh.Initialize(9);
        Assert.All(store.Weights, w => Assert.Equal(fresh.Find(w.Name)!.ToDoubles(), w.Tensor.ToDoubles()));
    }

    [Theory]
    [InlineData("examples/lenet/lenet.nnet")]
    [InlineData("examples/resnet_digits/resnet_digits.nnet")]
    public void Shipped_weights_are_those_of_their_seed(string path)
    {
        using var library = new ShippedLibrary(LibraryFolder.Of(path));
        var (shipped, block) = (new byte[library.ParamsBytes], new byte[library.ParamsBytes]);
        Assert.Equal(0, library.Load(shipped, File.ReadAllBytes(library.Folder[$"{library.Folder.Name}.safetensors"])));
        Assert.Equal(0, library.Init(block, library.Folder.Build.Seed));
        Assert.Equal(block, shipped);
    }

    [Fact]
    public void Every_way_not_to_fit_has_its_status()
    {
        var file = Shipped();
        var header = Encoding.UTF8.GetString(file[8..(8 + BitConverter.ToInt32(file))]);
        var data = file[(8 + BitConverter.ToInt32(file))..];
        byte[] With(string text) => [.. Prefix(text), .. data];
        var name = _library.Manifest["params"]!["tensors"]![0]!["name"]!.GetValue<string>();

        Assert.Equal("the weights end before their header says", Verdict(file[..5]));
        Assert.Equal("the weights end before their header says", Verdict(file[..40]));
        Assert.Equal("the weights end before their header says", Verdict(file[..^1]));
        Assert.Equal("the weights go on behind the last tensor", Verdict([.. file, 0]));
        Assert.Equal($"`{name}` has another shape in the weights than [3, 4]", Verdict(With(header.Replace("[3,4]", "[4,3]"))));
        Assert.Equal($"`{name}` has another element type in the weights", Verdict(With(Replaced(header, "\"F32\"", "\"F64\""))));
        Assert.Equal("the weights hold a tensor that the model does not have", Verdict(With(header.Replace(name, name[..^1] + "Q"))));
        Assert.Equal($"the weights lack `{name}`", Verdict([.. Prefix("{}"), .. data]));
        Assert.Equal("the weights are not a proper safetensors file", Verdict(With("[" + header[1..])));
        Assert.Equal("done", Verdict(With(header.Replace(name, string.Concat(name.Select(c => $"\\u{(int)c:x4}"))))));

        var nan = file.ToArray();
        BinaryPrimitives.WriteSingleLittleEndian(nan.AsSpan(file.Length - data.Length), float.NaN);
        Assert.Equal($"`{name}` holds a NaN or an infinity in the weights", Verdict(nan));
    }

    /// <summary>A block is as it was where a file is refused; where one is taken, the runtime takes it too.</summary>
    [Fact]
    public void Damaged_weights_are_refused()
    {
        var (file, untouched) = (Shipped(), new byte[_library.ParamsBytes]);
        Assert.Equal(0, _library.Init(untouched, 3));
        var taken = 0;
        for (var k = 0; k < Damaged; k++)
        {
            var damaged = Damage.Of(file, BitConverter.ToInt32(file) + 8, k);
            var block = untouched.ToArray();
            var status = _library.Load(block, damaged);
            if (status != 0)
            {
                Assert.NotEqual("there is no such status", _library.Message(status));
                Assert.Equal(untouched, block);
                continue;
            }

            taken++;
            File.WriteAllBytes(_folder["damaged.safetensors"], damaged);
            Assert.Null(WeightsFile.Load(_folder["damaged.safetensors"], ModelStore.Create(_folder.File.Model, TensorElement.Float32)).Error);
        }

        Assert.InRange(taken, 1, Damaged / 4);
    }

    [Fact]
    public void Damaged_weights_are_read_within_their_bounds()
    {
        var file = Shipped();
        var folder = Directory.CreateDirectory(_folder["damaged"]).FullName;
        var paths = Enumerable.Range(0, UnderValgrind).Select(k => Path.Combine(folder, $"{k}")).ToArray();
        for (var k = 0; k < UnderValgrind; k++)
        {
            File.WriteAllBytes(paths[k], Damage.Of(file, BitConverter.ToInt32(file) + 8, k));
        }

        var program = _folder["load_all"];
        Command.Succeed(
            "gcc", "gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", $"-I{_folder.Path}", Path.Combine(Snapshot.SourceFolder(), "load_all.c"), _folder["libsmall.a"], "-lm", "-o", program);
        EmbedExampleTests.Valgrind([program, .. paths]);
    }

    private static byte[] Shipped() => File.ReadAllBytes(_folder["small.safetensors"]);

    private string Verdict(byte[] file) => _library.Message(_library.Load(new byte[_library.ParamsBytes], file));

    private unsafe byte[] Save(byte[] block)
    {
        var file = new byte[_library.Manifest["weights_bytes"]!.GetValue<int>()];
        fixed (byte* place = block, bytes = file)
        {
            Assert.Equal(13, _library.Call("save", (nint)place, (nint)bytes, file.Length - 1));
            Assert.Equal(0, _library.Call("save", (nint)place, (nint)bytes, file.Length));
        }

        return file;
    }

    private static byte[] Prefix(string header)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)bytes.Length), .. bytes];
    }

    /// <summary>The first occurrence replaced by a text.</summary>
    private static string Replaced(string text, string old, string with)
    {
        var place = text.IndexOf(old, text.IndexOf("dtype", StringComparison.Ordinal), StringComparison.Ordinal);
        return text[..place] + with + text[(place + old.Length)..];
    }
}
