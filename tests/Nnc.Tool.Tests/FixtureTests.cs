using System.Collections.Immutable;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Runtime.Data;
using Nnc.Runtime.Files;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Testing;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>
/// The benchmark workloads give PyTorch's outputs, losses, gradients and running statistics: tests/fixtures/make_fixtures.py
/// wrote those, from parameters and data that both sides compute from one integer hash.
/// </summary>
public sealed class FixtureTests
{
    private const int FirstParameterStream = 100;
    private const int InputStream = 1;
    private const double InputScale = 1.75;

    public static TheoryData<string, int> Workloads => new() { { "mlp", 32 }, { "lenet", 7 }, { "vggish", 3 }, { "resnet20", 3 } };

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Outputs_and_gradients_are_PyTorchs(string name, int batch)
    {
        var (file, device, fixture) = Open(name);
        var entry = file.Main;
        var store = ModelStore.Create(file.Model, device.Real);
        store.Initialize(0);
        Fill(store, fixture);
        var data = Data(entry.Inference, batch);
        var call = new EntryCall(file.Model, device, store, data, new Dictionary<string, long>(), Seed: 0);

        TorchNumbers.Compare("eval.logits", fixture["eval.logits"], Assert.Single(call.Results(FunctionSlice.Of(entry.Inference, OutputRole.Result))).Tensor.ToDoubles());
        var trained = call.Results(TrainingStep.BuildGradients(new GraphBuilder(), entry, "loss")).ToDictionary(r => r.Name, r => r.Tensor);
        TorchNumbers.Compare("loss", fixture["loss"], trained["loss"].ToDoubles());
        foreach (var (key, expected) in fixture.Where(f => f.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            var parameter = Ours(key["grad.".Length..], store);
            TorchNumbers.Compare(key, expected, Transposed(key, trained["grad/" + parameter]));
        }
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Steps_are_PyTorchs(string name, int batch)
    {
        var (file, device, fixture) = Open(name);
        var stage = file.RequireTraining().Stages[0];
        var function = TrainingSession.Step(file.Model, file.Main, stage, 0);
        var store = ModelStore.Create(file.Model, device.Real, (stage, function));
        store.Initialize(0);
        Fill(store, fixture);
        var data = Data(function, batch);
        var samples = SampleAxis.Of(function.Inputs);
        var sizes = Sizes.Solve(function.Inputs.Where(i => i.Role == InputRole.Data).Select(i => (i, data.First(d => d.Name == i.Name).Tensor)), file.Model, samples);
        using var step = new CompiledStep(function, device, sizes, ImmutableDictionary<string, HostTensor>.Empty);
        var plan = new TrainingPlan([new TrainingStage("train", step, Epochs: 3)], store, DataSet.Create(data, name).Value) { Batch = batch, IsShuffled = false };

        var statistics = new Dictionary<string, double[]>();
        var observer = new AfterFirstEpoch(() =>
        {
            foreach (var state in store.Tensors.Where(t => t.Role == StoredRole.State))
            {
                statistics[state.Name] = state.Tensor.ToDoubles();
            }
        });
        var records = Trainer.Run(plan, new TrainingOptions(), observer).OrFail().Records;

        foreach (var (key, expected) in fixture.Where(f => f.Key.StartsWith("stat.", StringComparison.Ordinal)))
        {
            TorchNumbers.Compare(key, expected, statistics[Ours(key["stat.".Length..], store)]);
        }

        TorchNumbers.Compare("step3.loss", fixture["step3.loss"], [records[2].Training[0].Value]);
    }

    private static (ModelFile File, IDevice Device, Dictionary<string, HostTensor> Fixture) Open(string name)
    {
        Environment.CurrentDirectory = Snapshot.RepositoryRoot;
        var file = ModelFile.Load($"bench/workloads/{name}.nnet", null, new Dictionary<string, string>());
        var fixture = Npz.Read($"tests/fixtures/{name}.npz").OrFail().ToDictionary(f => f.Name, f => f.Tensor);
        return (file, new NativeDevice(TensorElement.Float32, CpuLevel.Native, threads: 1), fixture);
    }

    /// <summary>The k-th parameter in PyTorch's order, which is the fixture's, holds stream 100 + k.</summary>
    private static void Fill(TensorStore store, Dictionary<string, HostTensor> fixture)
    {
        var names = fixture.Keys.Where(k => k.StartsWith("grad.", StringComparison.Ordinal)).Select(k => k["grad.".Length..]).ToArray();
        for (var k = 0; k < names.Length; k++)
        {
            var shape = fixture["grad." + names[k]].Shape;
            var values = TorchNumbers.Uniform(FirstParameterStream + k, shape.Aggregate(1, (product, size) => product * size));
            var name = Ours(names[k], store);
            var isScale = name.EndsWith(".gamma", StringComparison.Ordinal);
            var fanIn = shape.Skip(1).Aggregate(1, (product, size) => product * size);
            var scaled = values.Select(u => shape.Length > 1 ? u / Math.Sqrt(fanIn) : isScale ? 1 + (u / 4) : u / 8).ToArray();
            var target = store.Find(name)!;
            for (var i = 0; i < target.Count; i++)
            {
                // Dense weights are [in, out] here and [out, in] there.
                target[i] = shape.Length == 2 ? scaled[(i % shape[0] * shape[1]) + (i / shape[0])] : scaled[i];
            }
        }
    }

    private static ImmutableArray<NamedTensor> Data(GraphFunction function, int batch)
    {
        int[] shape = [batch, .. function.FindInput("x")!.Node.Shape.Skip(1).Select(d => (int)d.ConstantValue)];
        var values = TorchNumbers.Uniform(InputStream, shape.Aggregate(1, (product, size) => product * size)).Select(u => (double)(float)(u * InputScale)).ToArray();
        var labels = Enumerable.Range(0, batch).Select(i => (double)(i * 7 % 10)).ToArray();
        return [new NamedTensor("x", HostTensor.Of(TensorElement.Float32, shape, values)), new NamedTensor("y", HostTensor.Of(TensorElement.Int32, [batch], labels))];
    }

    /// <summary>a.0.c1.weight is a.0.block.c1.W; a normalisation's weight and bias are gamma and beta.</summary>
    private static string Ours(string name, TensorStore store)
    {
        var owner = name[..name.LastIndexOf('.')];
        var leaf = name[(owner.Length + 1)..];
        var nested = System.Text.RegularExpressions.Regex.Replace(owner, @"^a\.(\d)\.", "a.$1.block.");
        string[] leaves = leaf switch { "weight" => ["W", "gamma"], "bias" => ["b", "beta"], _ => [leaf] };
        return leaves.Select(l => $"{nested}.{l}").Single(n => store.Find(n) is not null);
    }

    /// <summary>A gradient in PyTorch's order of elements.</summary>
    private static double[] Transposed(string key, HostTensor tensor)
    {
        var values = tensor.ToDoubles();
        if (tensor.Shape is not [var rows, var columns])
        {
            return values;
        }

        return [.. Enumerable.Range(0, values.Length).Select(i => values[(i % rows * columns) + (i / rows)])];
    }

    /// <summary>Looks at a run after its first epoch.</summary>
    private sealed class AfterFirstEpoch(Action look) : ITrainingObserver
    {
        public void StageStarted(TrainingStage stage, int index)
        {
        }

        public void StepDone(TrainingProgress progress)
        {
        }

        public void EpochDone(EpochRecord record, TimeSpan timeLeft)
        {
            if (record.Epoch == 1)
            {
                look();
            }
        }
    }
}
