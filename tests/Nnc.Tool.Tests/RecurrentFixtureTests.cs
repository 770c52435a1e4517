using System.Collections.Immutable;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Models;
using Nnc.Graph.Passes;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Testing;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>
/// The recurrent layers of the standard library give PyTorch's outputs, last states, losses and gradients, compiled to native
/// code: tests/fixtures/make_recurrent.py wrote those, with PyTorch's kernels where it has one and with loops where it has none.
/// </summary>
public sealed class RecurrentFixtureTests
{
    private const int FirstParameterStream = 100;
    private const int InputStream = 1;
    private const int TargetStream = 2;
    private const double InputScale = 1.75;
    private const int Features = 3;

    /// <summary>A case of the fixture, and the layer that must give the same.</summary>
    private static readonly ImmutableDictionary<string, string> Layers = new Dictionary<string, string>
    {
        ["rnn"] = "rnn(5)",
        ["rnn_relu"] = "rnn(5, act: relu, init: identity)",
        ["lstm"] = "lstm(5)",
        ["gru_reset_after"] = "gru(5, reset_after: true)",
        ["gru"] = "gru(5)",
        ["mgu"] = "mgu(5)",
        ["peephole"] = "lstm_peephole(5)",
        ["fgr"] = "lstm_fgr(5)",
        ["nig"] = "lstm_variant(5, input_gate: false)",
        ["nfg"] = "lstm_variant(5, forget_gate: false)",
        ["nog"] = "lstm_variant(5, output_gate: false)",
        ["niaf"] = "lstm_variant(5, input_act: false)",
        ["noaf"] = "lstm_variant(5, output_act: false)",
        ["np"] = "lstm_variant(5, peepholes: false)",
        ["cifg"] = "lstm_variant(5, coupled: true)",
        ["blocks"] = "lstm_blocks(2, 3)",
        ["rnn_cell"] = "recurrent(rnn_cell(5))",
        ["lstm_cell"] = "recurrent(lstm_cell(5))",
        ["gru_cell_reset_after"] = "recurrent(gru_cell(5, reset_after: true))",
        ["gru_cell"] = "recurrent(gru_cell(5))",
        ["mgu_cell"] = "recurrent(mgu_cell(5))",
        ["bidirectional_rnn"] = "bidirectional(rnn_cell(5))",
        ["bidirectional_lstm"] = "bidirectional(lstm_cell(5))",
        ["bidirectional_gru"] = "bidirectional(gru_cell(5, reset_after: true))",
        ["deep_lstm"] = "deep(lstm_cell(5), 3)",
        ["deep_bidirectional_gru"] = "deep_bidirectional(gru_cell(5, reset_after: true), 3)",
        ["lengths_lstm"] = "recurrent(lstm_cell(5))",
        ["lengths_bidirectional_gru"] = "bidirectional(gru_cell(5, reset_after: true))",
    }.ToImmutableDictionary();

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach (var name in Layers.Keys.Order(StringComparer.Ordinal))
            {
                foreach (var length in (int[])[1, 7])
                {
                    cases.Add(name, length, 1);
                    cases.Add(name, length, 3);
                }
            }

            return cases;
        }
    }

    public static TheoryData<string> Names => [.. Layers.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_that_compute_segments_again_are_the_same(string name)
    {
        const int length = 7, batch = 3, segment = 3;
        var fixture = Fixture.Value;
        var width = fixture[$"{name}/{length}x{batch}/h"].Shape[^1];
        var model = Load(name, width);
        var store = ModelStore.Create(model, TensorElement.Float32);
        store.Initialize(0);
        Fill(model, store);
        var device = new NativeDevice(TensorElement.Float32, CpuLevel.Native, threads: 1);
        var call = new EntryCall(model, device, store, Data(length, batch, width), new Dictionary<string, long>(), Seed: 0);
        var (entry, builder) = (model.FindEntry("main")!, new GraphBuilder());
        var whole = call.Results(TrainingStep.BuildGradients(builder, entry, "loss")).ToDictionary(r => r.Name, r => r.Tensor);
        var cut = call.Results(TrainingStep.BuildGradients(builder, entry with { Training = Checkpointing.Apply(builder, entry.Training!, segment) }, "loss"));
        foreach (var (result, tensor) in cut.ToDictionary(r => r.Name, r => r.Tensor))
        {
            var expected = whole[result].ToDoubles();
            var scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(tensor.ToDoubles()), v => Assert.InRange(v.Second - v.First, -1e-6 * (1 + scale), 1e-6 * (1 + scale)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_states_and_gradients_are_PyTorchs(string name, int length, int batch)
    {
        var fixture = Fixture.Value;
        var key = $"{name}/{length}x{batch}";
        var expected = fixture[key + "/h"];
        var model = Load(name, expected.Shape[^1]);
        var device = new NativeDevice(TensorElement.Float32, CpuLevel.Native, threads: 1);
        var store = ModelStore.Create(model, device.Real);
        store.Initialize(0);
        var parameters = Fill(model, store);
        var call = new EntryCall(model, device, store, Data(length, batch, expected.Shape[^1]), new Dictionary<string, long>(), Seed: 0);
        var entry = model.FindEntry("main")!;

        var outputs = call.Results(FunctionSlice.Of(entry.Inference, OutputRole.Result)).ToDictionary(r => r.Name, r => r.Tensor);
        var trained = call.Results(TrainingStep.BuildGradients(new GraphBuilder(), entry, "loss")).ToDictionary(r => r.Name, r => r.Tensor);

        TorchNumbers.Compare("h", expected, outputs["h"].ToDoubles());
        TorchNumbers.Compare("loss", fixture[key + "/loss"], trained["loss"].ToDoubles());
        CompareGradients(fixture[key + "/grad"], parameters, trained);
        if (fixture.TryGetValue(key + "/c", out var cell))
        {
            TorchNumbers.Compare("c", cell, outputs["c"].ToDoubles());
        }
    }

    private static readonly Lazy<Dictionary<string, HostTensor>> Fixture = new(() =>
        Npz.Read(Path.Combine(Snapshot.RepositoryRoot, "tests/fixtures/recurrent.npz")).OrFail().ToDictionary(f => f.Name, f => f.Tensor));

    private static ModelGraph Load(string name, int width)
    {
        using var folder = new TemporaryFolder();
        return ModelFile.Load(folder.Write("recurrent.nnet", Source(name, width)), null, new Dictionary<string, string>()).Model;
    }

    /// <summary>What is beyond a sequence's length counts neither in the outputs nor in the loss.</summary>
    private static string Source(string name, int width)
    {
        var givesState = Layers[name].StartsWith("recurrent", StringComparison.Ordinal);
        var givesCell = Fixture.Value.ContainsKey($"{name}/1x1/c");
        var hasLengths = name.StartsWith("lengths", StringComparison.Ordinal);
        var states = $"s{(givesState ? ".h" : "")}[n, t, k]";
        return $$"""
            model Recurrent {
              input  x : real[N, T, {{Features}}]
              target y : real[N, T, {{width}}]
              {{(hasLengths ? "input  length : int[N]" : "")}}
              s = {{Layers[name]}}(x{{(hasLengths ? ", length" : "")}})
              h[n, t, k] = {{(hasLengths ? $"if t < length[n] then {states} else 0" : states)}}
              error[n, t, k] = {{(hasLengths ? "if t < length[n] then h[n, t, k] - y[n, t, k] else 0" : "h[n, t, k] - y[n, t, k]")}}
              {{(givesCell ? "c = s.c[:, last]" : "")}}
              output h
              {{(givesCell ? "output c" : "")}}
              loss = mean(error^2){{(givesCell ? " + mean(c^2)" : "")}}
            }
            """;
    }

    /// <summary>The k-th parameter by name holds stream 100 + k.</summary>
    private static string[] Fill(ModelGraph model, TensorStore store)
    {
        string[] names = [.. model.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal)];
        for (var k = 0; k < names.Length; k++)
        {
            var target = store.Find(names[k])!;
            var values = TorchNumbers.Uniform(FirstParameterStream + k, target.Count);
            for (var i = 0; i < target.Count; i++)
            {
                target[i] = target.Shape.Length > 1 ? values[i] / Math.Sqrt(target.Shape[0]) : values[i] / 2;
            }
        }

        return names;
    }

    private static ImmutableArray<NamedTensor> Data(int length, int batch, int width)
    {
        var x = TorchNumbers.Uniform(InputStream, batch * length * Features).Select(u => u * InputScale).ToArray();
        var y = TorchNumbers.Uniform(TargetStream, batch * length * width);
        int[] lengths = [length, Math.Min(length, 3), 1];
        return
        [
            new NamedTensor("x", HostTensor.Of(TensorElement.Float32, [batch, length, Features], x)),
            new NamedTensor("y", HostTensor.Of(TensorElement.Float32, [batch, length, width], y)),
            new NamedTensor("length", HostTensor.Of(TensorElement.Int32, [batch], [.. lengths.Take(batch).Select(l => (double)l)])),
        ];
    }

    /// <summary>The fixture has the gradients of all parameters one after the other.</summary>
    private static void CompareGradients(HostTensor expected, string[] parameters, Dictionary<string, HostTensor> trained)
    {
        var all = expected.ToDoubles();
        var from = 0;
        foreach (var name in parameters)
        {
            var actual = trained["grad/" + name].ToDoubles();
            TorchNumbers.Compare(name, all.AsSpan(from, actual.Length), actual);
            from += actual.Length;
        }

        Assert.Equal(all.Length, from);
    }
}
