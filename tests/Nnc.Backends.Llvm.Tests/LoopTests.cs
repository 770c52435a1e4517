using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Backends.Llvm.Tests;

/// <summary>Recurrences as native loops against the reference interpreter.</summary>
public sealed class LoopTests
{
    public static TheoryData<string> Cases => [.. RecurrenceCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Native_loops_compute_what_the_recurrence_defines(string name)
    {
        var function = RecurrenceCases.All[name]();
        foreach (var (steps, rows) in new[] { (0, 2), (1, 1), (2, 3), (37, 2) })
        {
            NativeRun.Check(function, RecurrenceCases.Inputs(function, steps, rows), $"{name}, T = {steps}", 1e-12, realBytes: 8);
        }
    }

    [Theory]
    [InlineData("lstm training step")]
    [InlineData("nested")]
    public void Single_precision_and_short_vectors(string name)
    {
        var function = RecurrenceCases.All[name]();
        NativeRun.Check(function, RecurrenceCases.Inputs(function, 9, 3), name, 1e-5);
        NativeRun.Check(function, RecurrenceCases.Inputs(function, 9, 3), name, 1e-5, cpu: CpuLevel.X86V3);
    }

    [Fact]
    public void Threads_that_share_the_steps_give_the_same()
    {
        using var pool = new WorkerPool(3);
        var function = RecurrenceCases.LstmTraining(48, 96);
        NativeRun.Check(function, RecurrenceCases.Inputs(function, 11, 40), "lstm", 1e-5, pool: pool);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Loops_that_run_at_once_give_the_same_bits(int threads)
    {
        var function = RecurrenceCases.BothDirectionsTraining(48, 96);
        var inputs = RecurrenceCases.Inputs(function, 11, 40);
        using var compiled = NativeRun.Compile(function);
        Assert.Equal([2, 2], LoopRuns.Of(compiled.Program.Items).Select(r => r.Length).Where(l => l > 1));
        var named = function.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
        var alone = NativeRun.Run(compiled, named);
        using var pool = new WorkerPool(threads);
        for (var repetition = 0; repetition < 20; repetition++)
        {
            var shared = NativeRun.Run(compiled, named, pool);
            Assert.All(function.Outputs, o => Assert.Equal(alone[o.Name].Values, shared[o.Name].Values));
        }
    }

    [Theory]
    [InlineData("deep")]
    [InlineData("deep from the end")]
    [InlineData("deep training step")]
    [InlineData("what the layer above reads late")]
    public void Stages_of_a_wavefront_give_the_same_bits_for_any_number_of_threads(string name)
    {
        var function = RecurrenceCases.All[name]();
        using var compiled = NativeRun.Compile(function);
        foreach (var steps in new[] { 1, 64, 500 })
        {
            var inputs = RecurrenceCases.Inputs(function, steps, 3);
            NativeRun.Check(compiled, inputs, $"{name}, T = {steps}", 1e-4);
            var named = function.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second);
            var alone = NativeRun.Run(compiled, named);
            foreach (var threads in new[] { 2, 3, 5, 9 })
            {
                using var pool = new WorkerPool(threads);
                for (var repetition = 0; repetition < 10; repetition++)
                {
                    var shared = NativeRun.Run(compiled, named, pool);
                    Assert.All(function.Outputs, o => Assert.Equal(alone[o.Name].Values, shared[o.Name].Values));
                }
            }
        }
    }

    [Fact]
    public void Code_does_not_grow_with_the_steps()
    {
        var function = RecurrenceCases.Lstm(3, 5);
        using var compiled = NativeRun.Compile(function);
        Assert.Single(compiled.Program.Loops);
        Assert.InRange(compiled.Program.Kernels.Length, 3, 20);
    }
}
