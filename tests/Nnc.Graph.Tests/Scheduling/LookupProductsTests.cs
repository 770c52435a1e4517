using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Scheduling.Waves;
using Nnc.Testing;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Products with looked-up rows of a table: the table's own product, where a call looks up more rows than it has.</summary>
public sealed class LookupProductsTests
{
    private static readonly Dim s_n = Dim.Symbol("N"), s_rows = Dim.Symbol("V");

    private readonly GraphBuilder _b = new();
    private readonly SampleValues _random = new(29);

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(40)]
    public void Few_and_many_lookups_give_the_same(int count)
    {
        var kernels = Check(Product(s_n, 5, 8), count, 5).Kernels;
        Assert.Equal(["N ≥ 10", "N ≥ 10", "N < 10", "N < 10"], kernels.Select(Conditions).Order(StringComparer.Ordinal).Reverse());
    }

    [Theory]
    [InlineData(9, 5)]
    [InlineData(10, 5)]
    [InlineData(3, 7)]
    public void A_table_of_unknown_size_is_compared_when_a_call_begins(int count, int rows) =>
        Assert.Equal(2, Check(Product(s_n, s_rows, 8), count, rows).Kernels.Count(k => Conditions(k) == "N − 2·V ≥ 0"));

    [Fact]
    public void Known_sizes_leave_one_way()
    {
        Assert.Equal(["2 lookups", "product of the table"], Check(Product(12, 5, 8), 12, 5).Kernels.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(["copy of rows", "product of rows"], Check(Product(9, 5, 8), 9, 5).Kernels.Select(Describe).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_product_of_few_terms_is_computed_where_it_is_wanted() => Assert.All(Check(Product(s_n, 5, 7), 20, 5).Kernels, k => Assert.Empty(k.Conditions));

    [Fact]
    public void Rows_that_something_else_reads_are_copied_in_any_case()
    {
        var network = Product(s_n, 5, 8);
        var sum = _b.Broadcast(_b.Reduce(ReductionKind.Sum, network.Rows, [0, 1]), network.Result.Shape, [-1, -1]);
        var kernels = Check(network with { Result = _b.Add(network.Result, sum) }, 20, 5).Kernels;
        Assert.Empty(kernels.Single(k => k.Contraction is null && k.Axes.Length == 2 && k.Axes[^1].Extent == 8).Conditions);
    }

    [Fact]
    public void Weights_of_each_sequence_leave_the_product_as_it_is()
    {
        var (table, words, w) = (_b.Input("table", TensorType.Real(5, 8)), _b.Input("words", TensorType.Int(s_n, 6)), _b.Input("w", TensorType.Real(s_n, 8, 4)));
        var rows = _b.Gather(table, words);
        var network = new Network([table, words, w], rows, _b.Contract(rows, w, [0, 1, 2], [0, 2, 3], [0, 1, 3]));
        Assert.All(Compare.Check(network.ToFunction(), [_random.Real(5, 8), _random.Int(0, 5, 20, 6), _random.Real(20, 8, 4)], "weights").Kernels, k => Assert.Empty(k.Conditions));
    }

    [Fact]
    public void A_table_of_each_sequence_leaves_the_product_as_it_is()
    {
        var (tables, words, w) = (_b.Input("tables", TensorType.Real(s_n, 5, 8)), _b.Input("words", TensorType.Int(s_n, 20)), _b.Input("w", TensorType.Real(8, 4)));
        var rows = _b.Gather(tables, words, batchAxes: 1);
        var network = new Network([tables, words, w], rows, _b.Contract(rows, w, [0, 1, 2], [2, 3], [0, 1, 3]));
        Assert.All(Compare.Check(network.ToFunction(), [_random.Real(3, 5, 8), _random.Int(0, 5, 3, 20), _random.Real(8, 4)], "tables").Kernels, k => Assert.Empty(k.Conditions));
    }

    [Fact]
    public void Fewer_lookups_take_no_memory_for_the_table()
    {
        var program = Scheduler.Schedule(Product(s_n, s_rows, 8).ToFunction());
        var product = program.Buffers.Single(b => b.Name.EndsWith(".rows", StringComparison.Ordinal));
        Assert.Equal(2 * 4, product.StorageCount.Evaluate(s => s.Name == "V" ? 50_000 : 4));
        Assert.Equal(50 * 4, product.StorageCount.Evaluate(s => s.Name == "V" ? 50 : 1000));
    }

    [Fact]
    public void Both_ways_of_a_recurrences_inputs_are_taken_in_strips()
    {
        var wave = Assert.Single(Wavefronts.Apply(Scheduler.Schedule(RecurrenceCases.RowsOfATable())).Wavefronts);
        Assert.Equal(3, Assert.Single(wave.Stages).OfType<Kernel>().Count(k => k.Conditions.Length == 1));
    }

    [Fact]
    public void The_kernels_of_looked_up_rows() =>
        Snapshot.Verify(KernelPrinter.Print(Scheduler.Schedule(RecurrenceCases.RowsOfATable())), Snapshot.SourceFolder(), "lookups");

    /// <summary>tanh(table[words] @ weights) over four units.</summary>
    private Network Product(Dim count, Dim tableRows, int features)
    {
        var (table, words, weights) = (_b.Input("table", TensorType.Real(tableRows, features)), _b.Input("words", TensorType.Int(count)), _b.Input("w", TensorType.Real(features, 4)));
        var rows = _b.Gather(table, words);
        return new([table, words, weights], rows, _b.Elementwise(ScalarFunction.Tanh, _b.Contract(rows, weights, [0, 1], [1, 2], [0, 2])));
    }

    /// <summary>The program, once the interpreter has found it right.</summary>
    private KernelProgram Check(Network network, int count, int tableRows)
    {
        var features = (int)network.Inputs[0].Shape[1].ConstantValue;
        return Compare.Check(network.ToFunction(), [_random.Real(tableRows, features), _random.Int(0, tableRows, count), _random.Real(features, 4)], "lookups");
    }

    private static string Conditions(Kernel kernel) => string.Join(" and ", kernel.Conditions.Select(c => $"{c.Size} {(c.IsBelow ? "<" : "≥")} {c.Limit}"));

    private static string Describe(Kernel kernel) => (kernel.Contraction is null, kernel.Axes[0].Extent == 5) switch
    {
        (false, true) => "product of the table",
        (false, false) => "product of rows",
        _ => kernel.Axes[^1].Extent == 8 ? "copy of rows" : $"{KernelReads.Loads(kernel).Count()} lookups",
    };

    private sealed record Network(Node[] Inputs, Node Rows, Node Result)
    {
        public GraphFunction ToFunction() =>
            new("f", [.. Inputs.Select((node, k) => new GraphInput($"x{k}", InputRole.Data, node))], [new GraphOutput("y", OutputRole.Result, Result)]);
    }
}
