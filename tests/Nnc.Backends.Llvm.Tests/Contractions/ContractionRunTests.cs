using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Llvm.Tests.Contractions;

/// <summary>Whole functions around contractions: copies before them, epilogues after them, any number of threads.</summary>
public sealed class ContractionRunTests
{
    private const double SingleTolerance = 5e-6, DoubleTolerance = 1e-13;

    public static TheoryData<CpuLevel, int> Targets => new() { { CpuLevel.Native, 4 }, { CpuLevel.X86V3, 4 }, { CpuLevel.Native, 8 } };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Products(CpuLevel level, int realBytes) =>
        CheckAll(ContractionCases.Products((1, 1, 1), (1, 40, 19), (13, 1, 3), (33, 47, 65)), level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Convolutions_and_their_adjoints(CpuLevel level, int realBytes) => CheckAll(Convolutions(), level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Rows_of_any_number(CpuLevel level, int realBytes) =>
        CheckAll(from rows in new[] { 1, 2, 7, 8, 15, 33, 130 } select ContractionCases.Dense(rows, 21, 50), level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_large_matrix_is_packed_into_panels(CpuLevel level, int realBytes)
    {
        var test = ContractionCases.Dense(3, 512, 1024);
        var plans = ContractionScheduling.Apply(Scheduler.Schedule(test.Function), CpuTarget.For(level).Tiles(realBytes)).Plans;
        Assert.Contains(plans.Values, p => p.Panels is not null);
        // 512 products of magnitude 1/4 on average, each rounded by 2⁻²⁴ of the sum so far.
        CheckAll([test], level, realBytes, 1e-5);
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using var pool = new WorkerPool(2);
        foreach (var test in Convolutions().Append(ContractionCases.Dense(130, 300, 200)).Append(ContractionCases.Layer(2, 40, 8, 16, 12, 3, 1, 1)).Append(ContractionCases.Layer(0, 3, 33, 32, 18, 3, 1, 1)))
        {
            using var compiled = NativeRun.Compile(test.Function);
            var alone = NativeRun.Run(compiled, test.Named)["y"];
            var together = NativeRun.Run(compiled, test.Named, pool)["y"];
            Assert.Equal(alone.Values, together.Values);
        }
    }

    private static IEnumerable<ContractionCase> Convolutions() =>
        from part in Enumerable.Range(0, 3)
        from layer in new[]
        {
            ContractionCases.Layer(part, 2, 1, 6, 28, 5, 1, 2), ContractionCases.Layer(part, 3, 6, 16, 8, 5, 1, 0),
            ContractionCases.Layer(part, 2, 16, 32, 9, 3, 2, 1), ContractionCases.Layer(part, 17, 3, 5, 4, 1, 1, 0),
        }
        select layer;

    private static void CheckAll(IEnumerable<ContractionCase> cases, CpuLevel level, int realBytes, double singleTolerance = SingleTolerance)
    {
        foreach (var test in cases)
        {
            NativeRun.Check(test.Function, test.Inputs, test.Title, realBytes == 4 ? singleTolerance : DoubleTolerance, realBytes, level);
        }
    }
}
