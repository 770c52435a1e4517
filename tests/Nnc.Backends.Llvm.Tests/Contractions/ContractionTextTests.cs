using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Jit;
using Nnc.Bench.Contraction;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Llvm.Tests.Contractions;

/// <summary>Native code of planned contractions gives the sums that a plain loop in double precision gives.</summary>
public sealed class ContractionTextTests
{
    /// <summary>Of a sum in single and in double precision, relative to the sum of absolute products.</summary>
    private const double SingleTolerance = 2e-6, DoubleTolerance = 5e-15;

    public static TheoryData<CpuLevel, int> Targets => new() { { CpuLevel.Native, 4 }, { CpuLevel.X86V3, 4 }, { CpuLevel.Native, 8 }, { CpuLevel.X86V3, 8 } };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Products_of_all_sizes(CpuLevel level, int realBytes)
    {
        var random = new Random(7);
        var sizes = Enumerable.Range(0, 3).Select(_ => (random.Next(1, 70), random.Next(1, 70), random.Next(1, 70)));
        CheckAll(ContractionCases.Products([(1, 1, 1), (1, 17, 5), (13, 1, 3), (16, 32, 64), (33, 7, 2), .. sizes]), level, realBytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Rows_of_any_number(CpuLevel level, int realBytes) => CheckAll(
        from rows in new[] { 1, 2, 3, 5, 7, 8, 9, 15, 16, 31, 64, 127, 130 }
        select ContractionCases.Dense(rows, 33, 50), level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Convolutions_and_their_adjoints(CpuLevel level, int realBytes) => CheckAll(
        ContractionCases.OfOperators().Concat(
            from part in Enumerable.Range(0, 3)
            from layer in new[]
            {
                ContractionCases.Layer(part, 2, 1, 6, 9, 5, 1, 2), ContractionCases.Layer(part, 3, 6, 16, 8, 5, 1, 0),
                ContractionCases.Layer(part, 2, 3, 16, 7, 3, 2, 1), ContractionCases.Layer(part, 1, 16, 32, 4, 3, 1, 1),
                ContractionCases.Layer(part, 9, 2, 3, 6, 1, 2, 0), ContractionCases.Layer(part, 65, 3, 17, 5, 3, 1, 1),
                ContractionCases.Layer(part, 1, 1, 1, 1, 1, 1, 0), ContractionCases.Layer(part, 13, 20, 18, 6, 3, 2, 1), ContractionCases.Layer(part, 2, 33, 32, 18, 3, 1, 1),
            }
            select layer), level, realBytes);

    private static void CheckAll(IEnumerable<ContractionCase> cases, CpuLevel level, int realBytes)
    {
        var cpu = CpuTarget.For(level);
        var count = 0;
        foreach (var test in cases)
        {
            foreach (var plan in ContractionScheduling.Apply(Scheduler.Schedule(test.Function, new KernelProgramOptions(realBytes)), cpu.Tiles(realBytes)).Plans.Values)
            {
                using var runner = new PlanRunner(plan, cpu, test.Sizes, realBytes);
                runner.Run();
                var error = runner.GreatestError();
                Assert.True(error <= (realBytes == 4 ? SingleTolerance : DoubleTolerance), $"{test.Title}: off by {error}\n{plan}");
                count++;
            }
        }

        Assert.NotEqual(0, count);
    }
}
