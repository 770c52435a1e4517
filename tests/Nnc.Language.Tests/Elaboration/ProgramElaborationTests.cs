using Nnc.Graph.Scheduling;
using Nnc.Testing;
using Xunit;

namespace Nnc.Language.Tests.Elaboration;

/// <summary>Every example and workload goes through the checker without a word.</summary>
public sealed class ProgramElaborationTests
{
    public static TheoryData<string> Programs =>
        [.. new[] { "examples", "bench/workloads" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Snapshot.RepositoryRoot, folder), "*.nnet", SearchOption.AllDirectories))
            .Select(f => Path.GetRelativePath(Snapshot.RepositoryRoot, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Programs))]
    public void IsChecked(string path) => Assert.Equal("", ElaborationCheck.Diagnose(ElaborationCheck.CompileFile(path)));

    [Theory]
    [MemberData(nameof(Programs))]
    public void Trains(string path)
    {
        var compilation = ElaborationCheck.CompileFile(path);
        foreach (var train in compilation.TrainDeclarations)
        {
            var (spec, model, diagnostics) = compilation.ElaborateTraining(train);
            Assert.Empty(diagnostics);
            var run = new TrainingRun(spec!, model!);
            var program = Scheduler.Schedule(run.Function);
            Assert.NotEmpty(program.Kernels);
            for (var step = 1; step <= 2; step++)
            {
                Assert.True(double.IsFinite(run.Step(step, batch: 2)), $"the loss of step {step}");
            }
        }
    }
}
