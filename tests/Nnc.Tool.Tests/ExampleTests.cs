using System.Globalization;
using System.Text;
using System.Text.Json;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Recurrences;
using Nnc.Runtime.Tensors;
using Nnc.Runtime.Training;
using Nnc.Testing;
using Nnc.Tool.Devices;
using Nnc.Tool.Execution;
using Nnc.Tool.Output;
using Xunit;

namespace Nnc.Tool.Tests;

/// <summary>Beside each example lies what it must give: its diagnostics, its summary, its gradient, and its losses in the first steps.</summary>
public sealed class ExampleTests
{
    private const int Steps = 3;

    public static TheoryData<string> Names => [.. Folders()];

    /// <summary>The examples that are trained.</summary>
    public static TheoryData<string> Trained =>
        [.. Folders().Where(n => File.ReadAllText(Path.Combine(Snapshot.RepositoryRoot, PathOf(n))).Contains("\ntrain ", StringComparison.Ordinal))];

    public static TheoryData<string> RecurrentNames => [.. Folders().Where(HasRecurrence)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Diagnostics(string name) => Verify(name, "check", ToolRun.Of("check", PathOf(name)).Transcript($"check {PathOf(name)}"));

    [Theory]
    [MemberData(nameof(Trained))]
    public void Summary(string name) => Verify(name, "summary", Done("summary", PathOf(name)));

    [Theory]
    [InlineData("hopfield", "recall", "stored_digits")]
    [InlineData("hopfield", "one_by_one", "stored_digits")]
    public void Runs(string name, string entry, string inputs) =>
        Verify(name, entry, Done("run", PathOf(name), "--entry", entry, "--inputs", $"examples/data/sequences/{inputs}.npz"));

    /// <summary>Over 40 steps next to nothing of the gradient is left in a simple recurrent network, and much of it in an LSTM.</summary>
    [Fact]
    public void Gradients_fade_in_a_simple_network_and_not_in_an_lstm()
    {
        using var folder = new TemporaryFolder();
        const string path = "examples/gradient_norms/gradient_norms.nnet";
        ToolRun.Of("train", path, "--quiet", "--out", folder["run"]);
        var run = ToolRun.Of("run", path, "--weights", folder["run/weights.safetensors"], "--inputs", "examples/data/sequences/marks.npz", "--format", "json");

        var flow = JsonDocument.Parse(run.Output).RootElement.GetProperty("flow").GetProperty("values").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        Assert.Equal(40, flow.Length);
        Assert.True(flow[1] > 5 * flow[0], $"at the second step {flow[0]} of the gradient is left in the network and {flow[1]} in the LSTM");
        Assert.Equal([1.0, 1.0], flow[^2..]);
    }

    /// <summary>For vectors of one width, so that every machine prints the same.</summary>
    [Theory]
    [MemberData(nameof(RecurrentNames))]
    public void Schedule_of_recurrences(string name) =>
        Verify(name, "explain", ToolRun.Of("explain", PathOf(name), "--cpu", "x86-64-v3").Transcript($"explain {PathOf(name)} --cpu x86-64-v3"));

    [Theory]
    [MemberData(nameof(Trained))]
    public void Gradient(string name) => Verify(name, "grad", Done("grad", PathOf(name)));

    [Theory]
    [MemberData(nameof(Trained))]
    public void The_gradient_is_a_program_that_checks(string name)
    {
        using var folder = new TemporaryFolder();
        var printed = ToolRun.Of("grad", PathOf(name), "--format", "nnet");
        Assert.True(printed.ExitCode == ExitCode.Done, printed.Errors);
        var path = folder.Write("gradient.nnet", printed.Output);

        var run = ToolRun.Of("check", path);

        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Losses_of_the_first_steps(string name)
    {
        Environment.CurrentDirectory = Snapshot.RepositoryRoot;
        var text = new StringBuilder($"loss of the first {Steps} steps on one batch\n");
        foreach (var value in Losses(name, new NativeDevice(TensorElement.Float32, CpuLevel.Native, threads: 2), int.MaxValue))
        {
            text.Append(value.ToString("0.000", CultureInfo.InvariantCulture)).Append('\n');
        }

        Verify(name, "steps", text.ToString());
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Native_steps_are_the_references(string name)
    {
        Environment.CurrentDirectory = Snapshot.RepositoryRoot;
        var native = Losses(name, new NativeDevice(TensorElement.Float64, CpuLevel.Native, threads: 1), mostSamples: 2);
        var reference = Losses(name, new ReferenceDevice(TensorElement.Float64), mostSamples: 2);

        Assert.Equal(Steps, native.Length);
        for (var step = 0; step < Steps; step++)
        {
            Assert.Equal(reference[step], native[step], 1e-9 * Math.Max(1, Math.Abs(reference[step])));
        }
    }

    /// <summary>The loss before each of the first steps, all on the first samples.</summary>
    private static double[] Losses(string name, IDevice device, int mostSamples)
    {
        var file = ModelFile.Load(PathOf(name), null, new Dictionary<string, string> { ["epochs"] = Steps.ToString(CultureInfo.InvariantCulture) });
        var plan = TrainingSession.Prepare(file, device, fold: 0).Plan;
        int[] rows = [.. Enumerable.Range(0, Math.Min(plan.Batch, mostSamples))];
        var batch = plan with { Training = plan.Training.Select(rows), Test = null, Batch = rows.Length, IsShuffled = false };
        return [.. Trainer.Run(batch, new TrainingOptions(), new SilentObserver()).Value.Records.Select(r => r.Training[0].Value)];
    }

    private static IEnumerable<string> Folders() =>
        Directory.GetDirectories(Path.Combine(Snapshot.RepositoryRoot, "examples")).Select(d => Path.GetFileName(d)!)
            .Where(n => File.Exists(Path.Combine(Snapshot.RepositoryRoot, PathOf(n)))).Order(StringComparer.Ordinal);

    private static bool HasRecurrence(string name)
    {
        var path = Path.Combine(Snapshot.RepositoryRoot, PathOf(name));
        return ModelFile.Load(path, null, new Dictionary<string, string>()).Model.Entries.Any(e => new RecurrenceMembers(e.Inference.Nodes()).Recurrences.Any());
    }

    /// <summary>The transcript of a verb that has nothing to object to.</summary>
    private static string Done(params string[] arguments)
    {
        var run = ToolRun.Of(arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Errors);
        return run.Transcript(string.Join(' ', arguments));
    }

    private static string PathOf(string name) => $"examples/{name}/{name}.nnet";

    private static void Verify(string name, string what, string received) =>
        Snapshot.Verify(received, Path.Combine(Snapshot.RepositoryRoot, "examples", name), $"{name}.{what}");
}
