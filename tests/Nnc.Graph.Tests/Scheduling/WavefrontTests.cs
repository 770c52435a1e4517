using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Waves;
using Nnc.Testing;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Recurrences strip by strip, each stage as far behind the one before as it may be.</summary>
public sealed class WavefrontTests
{
    public static TheoryData<string> Cases => [.. RecurrenceCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Strips_compute_what_the_recurrences_define(string name)
    {
        // With two rows a step, rows for strips of 1, 3 and 9 steps.
        foreach (var (steps, rows) in new[] { (0, 6), (1, 6), (2, 6), (3, 6), (37, 0), (37, 6), (37, 24) })
        {
            var function = RecurrenceCases.All[name]();
            Compare.Check(function, RecurrenceCases.Inputs(function, steps, rows: 2), $"{name}, T = {steps}", p => Wavefronts.Apply(p, rows));
        }
    }

    [Theory]
    [InlineData("lstm", "1")]
    [InlineData("deep", "3")]
    [InlineData("deep from the end", "3")]
    [InlineData("deep training step", "3 3")]
    [InlineData("what the layer above reads late", "2")]
    [InlineData("what the layer above reads early", "1 1")]
    [InlineData("both directions, training step", "")]
    [InlineData("until", "")]
    public void Recurrences_that_follow_step_by_step_are_stages_of_one_wavefront(string name, string stages)
    {
        var program = Wavefronts.Apply(Scheduler.Schedule(RecurrenceCases.All[name]()));
        Assert.Equal(stages, string.Join(" ", program.Wavefronts.Select(w => w.Stages.Length)));
    }

    [Fact]
    public void What_a_stage_prepares_for_itself_has_room_for_a_strip_only()
    {
        var program = Wavefronts.Apply(Scheduler.Schedule(RecurrenceCases.Deep(isReversed: false)));
        var strip = program.Wavefronts.Single();
        var products = strip.Items.OfType<Kernel>().SelectMany(k => k.Stores).Select(s => Storage.Owner(s.Buffer)).ToArray();

        Assert.Equal(5, products.Length);
        Assert.All(products, p => Assert.True(p.StorageCount.Evaluate(Sizes(1000)) == p.StorageCount.Evaluate(Sizes(100_000))));
        Assert.All(products, p => Assert.Equal(2 * 32 * 4, p.StorageCount.Evaluate(Sizes(2))));

        static Func<DimSymbol, long> Sizes(long steps) => s => s.Name == "T" ? steps : 32;
    }

    [Fact]
    public void The_strips_of_a_deep_network() =>
        Snapshot.Verify(KernelPrinter.Print(Wavefronts.Apply(Scheduler.Schedule(RecurrenceCases.Deep(isReversed: false)))), Snapshot.SourceFolder(), "deep_wavefront");
}
