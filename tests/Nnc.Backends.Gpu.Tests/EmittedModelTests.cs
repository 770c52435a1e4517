using System.Text;
using ILGPU.Runtime;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>What an emitted class does besides running kernels: first values, files of weights, checks, its end.</summary>
public sealed class EmittedModelTests : IDisposable
{
    private const string Lenet = "bench/workloads/lenet.nnet";

    private static readonly Lazy<EmittedModel> _lenet = new(() => Compile(Lenet));

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    /// <summary>Uniform, normal and orthogonal starts, given values and constants.</summary>
    [Fact]
    public void First_values_are_the_runtimes()
    {
        using var folder = new TextFile("""
            model Starts {
              input x : real[N, 3]
              param a : real[3, 4] ~ uniform(-0.1, 0.3)
              param b : real[4] ~ normal(0.5, 2)
              param c : real[4, 6] ~ orthogonal
              param d : real[6] = 0.25
              param e : real[6, 6] ~ identity
              output y = ((x @ a + b) @ c + d) @ e
            }
            """);
        var model = Compile(folder.Path).Create(new Accelerator(256), seed: 42);
        var store = ModelStore.Create(ModelFile.Load(folder.Path, null, new Dictionary<string, string>()).Model, TensorElement.Float32);
        store.Initialize(42);
        Assert.Equal(5, store.Weights.Count());
        Assert.All(store.Weights, w => Assert.Equal(
            Enumerable.Range(0, w.Tensor.Count).Select(i => w.Tensor[i]), (double[])model.GetType().GetMethod("Get")!.Invoke(model, [w.Name])!));
    }

    [Fact]
    public void Weights_travel_to_the_runtime_and_back()
    {
        var saved = Save(_lenet.Value.Create(new Accelerator(256), seed: 7));
        File.WriteAllBytes(_file, saved);
        var store = ModelStore.Create(ModelFile.Load(PathOf(Lenet), null, new Dictionary<string, string>()).Model, TensorElement.Float32);
        Assert.True(WeightsFile.Load(_file, store).TryGet(out _, out _));
        Assert.True(WeightsFile.Save(_file, store, TrainingNotes.None).TryGet(out _, out _));

        var other = _lenet.Value.Create(new Accelerator(256), seed: 8);
        Assert.NotEqual(saved, Save(other));
        _lenet.Value.Load(other, File.ReadAllBytes(_file));
        Assert.Equal(saved, Save(other));
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_and_change_nothing()
    {
        var model = _lenet.Value.Create(new Accelerator(256), seed: 7);
        var saved = Save(model);
        var header = Encoding.UTF8.GetString(saved, 8, (int)BitConverter.ToInt64(saved));
        (string Message, byte[] File)[] damaged =
        [
            ("header is longer", saved[..100]),
            ("end before `fc3.b`", saved[..^1]),
            ("header is no JSON", Replace(header, "{", "}")),
            ("lack `c1.W`", Replace(header, "\"c1.W\":", "\"c1.b\":")),
            ("which the model does not have", Replace(header, "\"c1.W\":", "\"c9.W\":")),
            ("`c1.b` has the shape [7]", Replace(header, "[6]", "[7]")),
            ("element type I32", Replace(header, "F32", "I32")),
            ("damaged", Replace(header, "\"dtype\"", "\"d_ype\"")),
            ("`fc3.b` holds a NaN", [.. saved[..^4], 0, 0, 0xC0, 0x7F]),
        ];
        foreach (var (message, file) in damaged)
        {
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => _lenet.Value.Load(model, file)).Message);
            Assert.Equal(saved, Save(model));
        }

        byte[] Replace(string text, string old, string by) =>
            [.. saved[..8], .. Encoding.UTF8.GetBytes(text.Remove(text.IndexOf(old, StringComparison.Ordinal), old.Length).Insert(text.IndexOf(old, StringComparison.Ordinal), by)), .. saved[(8 + text.Length)..]];
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_runs()
    {
        var accelerator = new Accelerator(256);
        var model = _lenet.Value.Create(accelerator);
        var (images, digits) = (new float[2 * 784], new int[2]);
        Assert.Contains("`N` must be at least 1", Assert.Throws<ArgumentOutOfRangeException>(() => Step(0, images, digits)).Message);
        Assert.Contains("1568 elements are given, and 2352 are needed", Assert.Throws<ArgumentException>(() => Step(3, images, digits)).Message);
        Assert.Contains("2 elements are given, and 1 are needed", Assert.Throws<ArgumentException>(() => Step(1, new float[784], digits)).Message);
        Assert.Contains("not in 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Step(2, images, [3, 10])).Message);
        Assert.Equal(0, accelerator.Launches);
        Step(2, images, digits);
        Assert.NotEqual(0, accelerator.Launches);
        ((IDisposable)model).Dispose();
        ((IDisposable)model).Dispose();
        Assert.Throws<ObjectDisposedException>(() => Step(2, images, digits));
        Assert.IsType<ObjectDisposedException>(Assert.Throws<System.Reflection.TargetInvocationException>(() => Save(model)).InnerException);

        void Step(long size, float[] x, int[] y) => _lenet.Value.Call(model, "train_step", [size], x, y);
    }

    /// <summary>Draws take a seed of their own, and have nothing to do with the steps of a training that there need not be.</summary>
    [Fact]
    public void A_model_without_training_draws()
    {
        using var folder = new TextFile("""
            model Noise {
              entry draw(x: real[N]) -> real[N] {
                return x + uniform_noise(x)
              }
            }
            """);
        var emitted = Compile(folder.Path);
        var model = emitted.Create(new Accelerator(256));
        float[][] drawn = [new float[5], new float[5], new float[5]];
        foreach (var (values, seed) in drawn.Zip((long[])[7, 7, 8]))
        {
            emitted.Call(model, "draw", [5], seed, new float[5], values);
        }

        Assert.Equal(drawn[0], drawn[1]);
        Assert.NotEqual(drawn[0], drawn[2]);
    }

    /// <summary>The text of kernels, those without barriers left out where there are others.</summary>
    [Theory]
    [InlineData("lenet")]
    [InlineData("charlstm")]
    [InlineData("resnet20")]
    public void Kernels_of_inference(string name)
    {
        var source = EmittedExampleTests.SourceOf(PathOf($"bench/workloads/{name}.nnet"), TensorElement.Float32);
        var file = Ilgpu.IlgpuProject.Write(source with { Functions = [source.Functions.First(f => f.Name == "forward")] }).Single(f => f.Path.EndsWith(".Forward.cs", StringComparison.Ordinal));
        Snapshot.Verify(KernelTexts.WithoutAlone(file.Text), Snapshot.SourceFolder(), $"{name}.forward.cs");
    }

    private static byte[] Save(object model) => (byte[])model.GetType().GetMethod("Save")!.Invoke(model, [])!;

    private static EmittedModel Compile(string path) => EmittedModel.Compile(EmittedExampleTests.SourceOf(PathOf(path), TensorElement.Float32));

    private static string PathOf(string path) => Path.Combine(Snapshot.RepositoryRoot, path);

    /// <summary>A model in a file of its own.</summary>
    private sealed class TextFile : IDisposable
    {
        public TextFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"starts{Guid.NewGuid():N}.nnet");

        public void Dispose() => File.Delete(Path);
    }
}
