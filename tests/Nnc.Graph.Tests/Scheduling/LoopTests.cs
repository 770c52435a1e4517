using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Testing;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Recurrences as loops of kernels, run kernel by kernel.</summary>
public sealed class LoopTests
{
    public static TheoryData<string> Cases => [.. RecurrenceCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loops_compute_what_the_recurrence_defines(string name)
    {
        foreach (var steps in new[] { 0, 1, 2, 37 })
        {
            var function = RecurrenceCases.All[name]();
            Compare.Check(function, RecurrenceCases.Inputs(function, steps, rows: 2), $"{name}, T = {steps}");
        }
    }

    [Fact]
    public void The_step_of_an_lstm() =>
        Snapshot.Verify(KernelPrinter.Print(Scheduler.Schedule(RecurrenceCases.Lstm(3, 5))), Snapshot.SourceFolder(), "lstm_loop");

    [Fact]
    public void The_memory_of_a_state_that_nobody_collects_does_not_grow_with_the_steps()
    {
        var function = RecurrenceCases.Lstm(3, 5);
        var program = Scheduler.Schedule(function with { Outputs = [function.FindOutput("c")!] });
        var states = program.Loops.Single().Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToArray();
        Assert.NotEmpty(states);
        Assert.All(states, s => Assert.DoesNotContain(s.Shape, d => d.Symbols().Any(symbol => symbol.Name == "T")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_last_of_a_sequence_of_states_is_read_without_storing_the_sequence(bool isReversed)
    {
        foreach (var steps in new[] { 1, 2, 37 })
        {
            var function = RecurrenceCases.LastStep(isReversed);
            Compare.Check(function, RecurrenceCases.Inputs(function, steps, rows: 2), $"T = {steps}");
        }

        var loop = Scheduler.Schedule(RecurrenceCases.LastStep(isReversed)).Loops.Single();
        Assert.Equal(2, loop.Rows.Length);
        Assert.All(loop.Rows, r => Assert.False(r.KeepsAll));
        Assert.All(loop.Kernels.SelectMany(k => k.Stores), s => Assert.DoesNotContain(Storage.Owner(s.Buffer).Shape, d => d.Symbols().Any(symbol => symbol.Name == "T")));
    }

    [Fact]
    public void Values_before_and_after_each_step_share_their_memory()
    {
        var program = Scheduler.Schedule(RecurrenceCases.LstmTraining(3, 5));
        var forward = program.Loops[0];
        Assert.DoesNotContain(forward.Kernels, k => k.Stores is [{ Value: Load }]);
    }
}
