using System.Collections.Immutable;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Bench.Contraction;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Contractions;
using Xunit;

namespace Nnc.Backends.Llvm.Tests.Contractions;

/// <summary>Steps of recurrent cells as native code: several accumulators, several terms, all sizes around a tile.</summary>
public sealed class CellTests
{
    /// <summary>Of sums of up to 256 products of magnitude 1/4 in single precision, through gates of slope at most 1.</summary>
    private const double SingleTolerance = 2e-5, DoubleTolerance = 1e-13;

    public static TheoryData<CpuLevel, int> Targets => new() { { CpuLevel.Native, 4 }, { CpuLevel.X86V3, 4 }, { CpuLevel.Native, 8 } };

    [Theory]
    [MemberData(nameof(Targets))]
    public void An_lstm_with_peepholes(CpuLevel level, int realBytes) => CheckSizes(u => Cells.Lstm(u), level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void An_lstm_of_one_product(CpuLevel level, int realBytes)
    {
        CheckSizes(u => Cells.LstmOfOneProduct(u), level, realBytes);
        CheckSizes(u => Cells.LstmOfOneProduct(u, 7), level, realBytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Grus(CpuLevel level, int realBytes)
    {
        CheckSizes(u => Cells.Gru(u, isResetAfter: true), level, realBytes);
        CheckSizes(u => Cells.Gru(u, isResetAfter: false), level, realBytes);
        CheckSizes(u => Cells.GruWithInputs(u, 9), level, realBytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Full_gate_recurrence(CpuLevel level, int realBytes) => CheckSizes(Cells.FullGateRecurrence, level, realBytes);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Sums_of_products(CpuLevel level, int realBytes)
    {
        CheckSizes(u => Cells.StateCotangent(u, 4), level, realBytes);
        CheckSizes(u => Cells.StateCotangent(u, 2), level, realBytes);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Gradients_of_a_step(CpuLevel level, int realBytes) => CheckSizes(Cells.LstmGradient, level, realBytes);

    [Theory]
    [InlineData(100, 33)]
    [InlineData(256, 3)]
    public void Cells_of_common_size(int units, int rows)
    {
        foreach (var function in new[] { Cells.Lstm(units), Cells.StateCotangent(units, 4) })
        {
            NativeRun.Check(function, Inputs(function, rows), $"{units} units", SingleTolerance);
        }
    }

    [Fact]
    public void Weights_are_packed_by_kernels_that_read_nothing_else()
    {
        var function = Cells.Lstm(100);
        var (program, plans) = ContractionScheduling.Apply(Scheduler.Schedule(function), TileTarget.Avx512Single);
        var plan = Assert.Single(plans.Values, p => p.Kernel.Conditions is [{ IsBelow: false }]);
        Assert.All(plan.Passes.Single().Factors, f => Assert.NotNull(f.Vector.Blocks));
        var copies = program.Kernels.Where(k => !plans.ContainsKey(k)).ToArray();
        Assert.Equal(8, copies.Length);
        Assert.All(copies, k => Assert.Equal(plan.Kernel.Conditions.Single(), k.Conditions.Single()));
        Assert.All(copies, k => Assert.NotNull(CopyPlan.TryParse(k)));
        Assert.All(copies.SelectMany(KernelReads.Of), b => Assert.StartsWith("w", b.Name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Tiles_of_many_gates_have_several_rows(int gates)
    {
        foreach (var target in new[] { TileTarget.Avx512Single, TileTarget.Avx2Single })
        {
            var plans = ContractionScheduling.Apply(Scheduler.Schedule(Cells.ManyGates(64, gates)), target).Plans.Values;
            var plan = Assert.Single(plans, p => p.Kernel.Conditions is [{ IsBelow: false }]);
            Assert.Equal(gates, plan.Tile.Accumulators);
            Assert.Equal(gates <= 4 || target.Registers > 16, plan.Tile.RowSteps[0] > 1);
        }
    }

    [Fact]
    public void Few_rows_read_the_weights_where_they_lie()
    {
        var plans = ContractionScheduling.Apply(Scheduler.Schedule(Cells.Lstm(100)), TileTarget.Avx512Single).Plans.Values;
        var plan = Assert.Single(plans, p => p.Kernel.Conditions is [{ IsBelow: true }]);
        Assert.All(plan.Passes.Single().Factors, f => Assert.StartsWith("w", f.Vector.Buffer.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_prepared_for_tiles_still_computes_the_step()
    {
        foreach (var function in new[] { Cells.Lstm(21), Cells.LstmOfOneProduct(21), Cells.FullGateRecurrence(17), Cells.StateCotangent(19, 4) })
        {
            var inputs = function.Inputs.Zip(Inputs(function, 3)).ToDictionary(p => p.First.Name, p => p.Second);
            var expected = Interpreter.Run(function, inputs);
            foreach (var target in new[] { TileTarget.Avx512Single, TileTarget.Avx2Single })
            {
                var program = ContractionScheduling.Apply(Scheduler.Schedule(function), target).Program;
                var actual = KernelInterpreter.Run(program, inputs, _ => 3);
                Assert.All(function.Outputs.SelectMany(o => expected[o.Name].Values.Zip(actual[o.Name].Values)), v => Assert.Equal(v.First, v.Second, 1e-10));
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        using var pool = new WorkerPool(2);
        var function = Cells.Lstm(200);
        using var compiled = NativeRun.Compile(function);
        var inputs = function.Inputs.Zip(Inputs(function, 70)).ToDictionary(p => p.First.Name, p => p.Second);
        var (alone, together) = (NativeRun.Run(compiled, inputs), NativeRun.Run(compiled, inputs, pool));
        Assert.All(function.Outputs, o => Assert.Equal(alone[o.Name].Values, together[o.Name].Values));
    }

    private static void CheckSizes(Func<int, GraphFunction> cell, CpuLevel level, int realBytes)
    {
        foreach (var (units, batches) in new[] { (1, new[] { 1, 3 }), (5, [3, 33]), (16, [1, 32]), (37, [1, 3, 33]) })
        {
            var function = cell(units);
            using var compiled = NativeRun.Compile(function, realBytes, level);
            foreach (var rows in batches)
            {
                NativeRun.Check(compiled, Inputs(function, rows), $"{units} units, {rows} rows", realBytes == 4 ? SingleTolerance : DoubleTolerance);
            }
        }
    }

    private static ImmutableArray<ReferenceTensor> Inputs(GraphFunction function, int rows)
    {
        var random = new Random(rows);
        return [.. function.Inputs.Select(i =>
        {
            var tensor = ReferenceTensor.Zeros(ElementType.Real, [.. i.Node.Shape.Select(s => (int)s.Evaluate(_ => rows))]);
            for (var e = 0; e < tensor.Count; e++)
            {
                tensor.Values[e] = (random.NextDouble() * 2) - 1;
            }

            return tensor;
        })];
    }
}
