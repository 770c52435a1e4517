using System.Collections.Immutable;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Recurrences as one kernel whose groups wait for each other.</summary>
public sealed class GridLoopTests
{
    public static IEnumerable<object[]> Cells =>
        from precision in Enum.GetValues<GpuPrecision>()
        from groups in (int[])[4, 8, 64]
        select new object[] { precision, groups };

    [Theory]
    [MemberData(nameof(PtxOperatorTests.Recurrences), MemberType = typeof(PtxOperatorTests))]
    public void Every_recurrence_that_does_not_end_early_is_one_kernel(string name)
    {
        var program = Schedule(RecurrenceCases.All[name](), GpuPrecision.Single);
        var outermost = program.Program.Items.OfType<KernelLoop>().Where(l => l.Until is null && l.Kernels.Length > 0).ToArray();
        Assert.All(outermost, l => Assert.Contains(l, program.Loops.Keys));
        Assert.All(program.Loops.Keys, l => Assert.Null(l.Until));
    }

    /// <summary>
    /// More work than the device holds groups, as much, and less; a hidden size and a batch that no tile divides. To the last bit what
    /// a launch for every kernel of every step gives, or, where its columns' weights come and go, a group for each tile.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Groups_share_what_there_is(GpuPrecision precision, int groupsAtOnce)
    {
        // Five tiles side by side are more than four groups have columns for at once.
        var hidden = groupsAtOnce == 4 ? 70 : 37;
        foreach (var function in (GraphFunction[])[RecurrenceCases.Lstm(9, hidden), RecurrenceCases.LstmTraining(9, hidden)])
        {
            var program = Schedule(function, precision);
            Assert.All(program.Loops.Keys.SelectMany(l => l.Kernels).Where(k => k.Contraction is not null), k => Assert.True(((WarpTileKernel)program.Plans[k]).KeepsRight));
            var inputs = function.Inputs.Zip(RecurrenceCases.Inputs(function, 4, 35)).ToDictionary(p => p.First.Name, p => p.Second with { Values = [.. p.Second.Values.Select(v => v / 8)] });
            var sizes = function.Symbols.ToImmutableDictionary(s => s, s => s.Name == "T" ? 4L : 35);
            var actual = PtxRun.Run(program, inputs, sizes, groupsAtOnce);
            var other = groupsAtOnce == 4 ? PtxRun.Run(program, inputs, sizes, 64) : PtxRun.Run(WithoutLoops(program), inputs, sizes);
            Assert.All(other, o => Assert.Equal(o.Value.Values, actual[o.Key].Values));
            Comparison.AssertClose(Interpreter.Run(function, inputs), actual, precision switch { GpuPrecision.Single => 1e-5, GpuPrecision.Tf32 => 1.0 / 256, _ => 1.0 / 32 }, $"{precision}");
        }
    }

    /// <summary>Weights of two products share the memory of a group; those that are too large for it, or that steps change, are read in every step.</summary>
    [Theory]
    [InlineData(64, true)]
    [InlineData(1024, false)]
    public void Weights_stay_where_they_fit(int hidden, bool stay)
    {
        var program = Schedule(RecurrenceCases.LstmTraining(9, hidden), GpuPrecision.Single);
        Assert.NotEmpty(program.Loops);
        Assert.All(program.Loops.Keys.SelectMany(l => l.Kernels).Where(k => k.Contraction is not null), k => Assert.Equal(stay, ((WarpTileKernel)program.Plans[k]).KeepsRight));
        Assert.All(PtxModule.Write(program).Kernels, k => Assert.InRange(k.SharedBytes, 0, program.Target.SharedBytes));
    }

    /// <summary>What a kernel of the body writes, other groups read behind the barrier: the compiler must not take it for its own.</summary>
    [Fact]
    public void Only_what_no_kernel_writes_is_passed_as_nobody_elses()
    {
        var program = Schedule(RecurrenceCases.LstmTraining(3, 5), GpuPrecision.Single);
        var module = PtxModule.Write(program);
        Assert.All(module.Kernels.Where(k => k.Loop is not null), kernel =>
        {
            var header = module.Ir.Split('\n').Single(l => l.StartsWith($"define ptx_kernel void @{kernel.Name}(", StringComparison.Ordinal));
            var isAlone = header.Split(", ").Select(p => p.Contains("noalias")).Take(kernel.Buffers.Length).ToArray();
            var written = kernel.Loop!.Kernels.SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToHashSet();
            Assert.All(kernel.Buffers.Zip(isAlone), b => Assert.Equal(b.First.Place != BufferPlace.Workspace && !written.Contains(b.First), b.Second));
            Assert.Contains(true, isAlone);
        });
    }

    /// <summary>The same tiles with a launch for every kernel of every step; fewer stages leave room for what does not stay, and change no sum.</summary>
    private static GpuProgram WithoutLoops(GpuProgram program) => program with
    {
        Loops = program.Loops.Clear(),
        Plans = program.Plans.ToImmutableDictionary(
            p => p.Key, p => p.Value is WarpTileKernel tile ? tile with { KeepsRight = false, Tile = tile.Tile with { Stages = 2 } } : p.Value, program.Plans.KeyComparer),
    };

    private static GpuProgram Schedule(GraphFunction function, GpuPrecision precision) =>
        GpuScheduler.Schedule(Scheduler.Schedule(function), GpuTarget.Cuda(precision) with { GroupSize = 16 });
}
