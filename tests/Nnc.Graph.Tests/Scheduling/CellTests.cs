using System.Collections.Immutable;
using Nnc.Bench.Contraction;
using Nnc.Graph.Kernels;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Testing;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Steps of recurrent cells become the kernels that a vendor's library has for them.</summary>
public sealed class CellTests
{
    [Fact]
    public void An_lstm_with_peepholes_is_one_kernel_of_four_accumulators()
    {
        var contraction = OnlyKernel(Cells.Lstm(6));
        Assert.Equal(4, contraction.Accumulators);
        Assert.Single(contraction.Terms.Select(t => t.Left).Distinct(ReferenceEqualityComparer.Instance));
    }

    [Fact]
    public void Slices_of_one_product_are_accumulators() => Assert.Equal(4, OnlyKernel(Cells.LstmOfOneProduct(6)).Accumulators);

    [Fact]
    public void Gates_of_joined_operands_are_accumulators() => Assert.Equal(4, Check(Cells.LstmOfOneProduct(6, 3)).Kernels[^1].Contraction?.Accumulators);

    [Fact]
    public void A_gru_that_resets_after_the_product_is_one_kernel() => Assert.Equal(3, OnlyKernel(Cells.Gru(6, isResetAfter: true)).Accumulators);

    [Fact]
    public void A_gru_that_resets_before_the_product_is_two_kernels() =>
        Assert.Equal([2, 1], Check(Cells.Gru(6, isResetAfter: false)).Kernels.Select(k => k.Contraction!.Accumulators));

    [Fact]
    public void Terms_of_a_gate_add_up()
    {
        var contraction = OnlyKernel(Cells.GruWithInputs(6, 5));
        Assert.Equal(4, contraction.Accumulators);
        Assert.Equal(6, contraction.Terms.Length);
    }

    [Fact]
    public void Full_gate_recurrence_is_one_kernel()
    {
        var contraction = OnlyKernel(Cells.FullGateRecurrence(6));
        Assert.Equal((4, 13), (contraction.Accumulators, contraction.Terms.Length));
    }

    [Fact]
    public void The_states_cotangent_is_one_accumulator()
    {
        var contraction = OnlyKernel(Cells.StateCotangent(6, 4));
        Assert.Equal((1, 4), (contraction.Accumulators, contraction.Terms.Length));
    }

    [Fact]
    public void More_gates_than_registers_hold_stay_apart()
    {
        var accumulators = Check(Cells.ManyGates(6, 9)).Kernels.Select(k => k.Contraction!.Accumulators).ToArray();
        Assert.Equal(9, accumulators.Sum());
        Assert.All(accumulators, a => Assert.InRange(a, 1, 6));
    }

    [Fact]
    public void Gradients_of_a_step_stay_right() => Check(Cells.LstmGradient(5));

    [Fact]
    public void Kernels_of_an_lstm() => Snapshot.Verify(KernelPrinter.Print(Scheduler.Schedule(Cells.Lstm(100))), Snapshot.SourceFolder(), "lstm");

    private static Contraction OnlyKernel(GraphFunction function)
    {
        var program = Check(function);
        var kernel = Assert.Single(program.Kernels);
        Assert.NotNull(kernel.Contraction);
        return kernel.Contraction;
    }

    private static KernelProgram Check(GraphFunction function)
    {
        var programs = new[] { 1, 3 }.Select(rows => Compare.Check(function, Inputs(function, rows), $"{rows} rows"));
        return programs.Last();
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
