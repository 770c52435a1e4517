using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Runtime.Randomness;
using Nnc.Runtime.Tensors;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>
/// Gradients of cells at widths for which a step's contractions take different forms: weights read in place, packed before the
/// loop, or walked as rows with their sums turned afterwards.
/// </summary>
public sealed class CellWidthTests : IDisposable
{
    private const int Samples = 5;
    private const int Length = 3;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lstm_cell", 24)]
    [InlineData("lstm_cell", 96)]
    [InlineData("lstm_cell", 130)]
    [InlineData("gru_cell", 96)]
    [InlineData("mgu_cell", 128)]
    [InlineData("rnn_cell", 128)]
    public void Native_gradients_are_the_references(string cell, int width)
    {
        // The weights before the cell want the gradient of its input, so that both parts of a joined operand are needed.
        var path = _folder.Write("cell.nnet", $$"""
            model Cell {
              input x : real[N, T, {{width}}]
              param gain : real[{{width}}] = 0.5
              cell = {{cell}}({{width}})
              words = x * gain
              recur t in T {
                s[t] = cell(words[:, t], s[t-1])
                s[-1] = 0
              }
              loss = mean(s.h^2)
            }
            """);
        var native = Gradients(path, new NativeDevice(TensorElement.Float32, CpuLevel.Native, threads: 2), width);
        var reference = Gradients(path, new ReferenceDevice(TensorElement.Float32), width);

        foreach (var (name, expected) in reference)
        {
            var scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(native[name]), p => Assert.InRange(p.Second - p.First, -2e-5 * scale, 2e-5 * scale));
        }
    }

    private static Dictionary<string, double[]> Gradients(string path, IDevice device, int width)
    {
        var file = ModelFile.LoadModel(path, null, new Dictionary<string, string>());
        var store = ModelStore.Create(file.Model, device.Real);
        store.Initialize(1);
        var call = new EntryCall(file.Model, device, store, [Random("x", width)], new Dictionary<string, long>(), 0);
        return call.Results(TrainingStep.BuildGradients(new GraphBuilder(), file.Main, "loss")).ToDictionary(r => r.Name, r => r.Tensor.ToDoubles());
    }

    private static NamedTensor Random(string name, int width)
    {
        var stream = RandomStream.Named(2, RandomPurpose.Initialization, name);
        double[] values = [.. Enumerable.Range(0, Samples * Length * width).Select(i => (2 * stream.Uniform(i)) - 1)];
        return new NamedTensor(name, HostTensor.Of(TensorElement.Float64, [Samples, Length, width], values));
    }
}
