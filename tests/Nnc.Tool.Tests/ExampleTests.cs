using System.Globalization;
using System.Text;
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

    public static TheoryData<string> RecurrentNames => [.. Folders().Where(HasRecurrence)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Diagnostics(string name) => Verify(name, "check", ToolRun.Of("check", PathOf(name)).Transcript($"check {PathOf(name)}"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Summary(string name) => Verify(name, "summary", ToolRun.Of("summary", PathOf(name)).Transcript($"summary {PathOf(name)}"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient(string name) => Verify(name, "grad", ToolRun.Of("grad", PathOf(name)).Transcript($"grad {PathOf(name)}"));

    /// <summary>For vectors of one width, so that every machine prints the same.</summary>
    [Theory]
    [MemberData(nameof(RecurrentNames))]
    public void Schedule_of_recurrences(string name) =>
        Verify(name, "explain", ToolRun.Of("explain", PathOf(name), "--cpu", "x86-64-v3").Transcript($"explain {PathOf(name)} --cpu x86-64-v3"));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_a_program_that_checks(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("gradient.nnet", ToolRun.Of("grad", PathOf(name), "--format", "nnet").Output);

        var run = ToolRun.Of("check", path);

        Assert.True(run.ExitCode == 0, run.Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
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
    [MemberData(nameof(Names))]
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

    private static string PathOf(string name) => $"examples/{name}/{name}.nnet";

    private static void Verify(string name, string what, string received) =>
        Snapshot.Verify(received, Path.Combine(Snapshot.RepositoryRoot, "examples", name), $"{name}.{what}");
}
