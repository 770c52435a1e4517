using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Contractions over steps and sequences at once, as recurrences leave them.</summary>
public sealed class ContractionFlatteningTests
{
    private static readonly Dim s_t = Dim.Symbol("T"), s_n = Dim.Symbol("N");

    private readonly GraphBuilder _b = new();
    private readonly SampleValues _random = new(83);

    [Fact]
    public void A_sum_over_steps_and_sequences_is_one_long_sum()
    {
        var (x, d) = (_b.Input("x", TensorType.Real(s_t, s_n, 6)), _b.Input("d", TensorType.Real(s_t, s_n, 4)));
        var kernel = Only(_b.Contract(x, d, [0, 1, 2], [0, 1, 3], [2, 3]), (x, _random.Real(5, 3, 6)), (d, _random.Real(5, 3, 4)));
        Assert.Equal([s_t * s_n], kernel.Contraction!.Terms.Single().ReductionAxes.Select(a => a.Extent));
    }

    [Fact]
    public void All_rows_of_a_hoisted_product_and_its_epilogue_are_one_axis()
    {
        var (x, w, bias) = (_b.Input("x", TensorType.Real(s_t, s_n, 6)), _b.Input("w", TensorType.Real(6, 4)), _b.Input("b", TensorType.Real(4)));
        var product = _b.Contract(x, w, [0, 1, 2], [2, 3], [0, 1, 3]);
        var kernel = Only(_b.Elementwise(ScalarFunction.Tanh, _b.Add(product, _b.BroadcastTo(bias, product.Shape))),
            (x, _random.Real(5, 3, 6)), (w, _random.Real(6, 4)), (bias, _random.Real(4)));
        Assert.Equal([s_t * s_n, 4], kernel.Axes.Select(a => a.Extent));
    }

    [Fact]
    public void Steps_from_the_second_on_are_a_later_part_of_the_view()
    {
        var (x, d) = (_b.Input("x", TensorType.Real(s_t + 1, s_n, 6)), _b.Input("d", TensorType.Real(s_t, s_n, 4)));
        var kernel = Only(_b.Contract(_b.Slice(x, 0, 1, s_t), d, [0, 1, 2], [0, 1, 3], [2, 3]), (x, _random.Real(6, 3, 6)), (d, _random.Real(5, 3, 4)));
        Assert.Single(kernel.Contraction!.Terms.Single().ReductionAxes);
    }

    [Fact]
    public void Axes_that_one_operand_has_in_another_order_stay_two()
    {
        var (x, d) = (_b.Input("x", TensorType.Real(s_n, s_t, 6)), _b.Input("d", TensorType.Real(s_t, s_n, 4)));
        var kernel = Only(_b.Contract(x, d, [1, 0, 2], [0, 1, 3], [2, 3]), (x, _random.Real(3, 5, 6)), (d, _random.Real(5, 3, 4)));
        Assert.Equal(2, kernel.Contraction!.Terms.Single().ReductionAxes.Length);
    }

    [Fact]
    public void Rows_whose_epilogue_asks_for_the_sequence_alone_stay_two()
    {
        var (x, w, live) = (_b.Input("x", TensorType.Real(s_t, s_n, 6)), _b.Input("w", TensorType.Real(6, 4)), _b.Input("live", TensorType.Real(s_n)));
        var product = _b.Contract(x, w, [0, 1, 2], [2, 3], [0, 1, 3]);
        var kernel = Only(_b.Multiply(product, _b.Broadcast(live, product.Shape, [-1, 0, -1])),
            (x, _random.Real(5, 3, 6)), (w, _random.Real(6, 4)), (live, _random.Real(3)));
        Assert.Equal(3, kernel.Axes.Length);
    }

    [Fact]
    public void A_transposed_product_is_stored_transposed()
    {
        var (x, w) = (_b.Input("x", TensorType.Real(s_n, 6)), _b.Input("w", TensorType.Real(6, 4)));
        var product = _b.Contract(x, w, [0, 1], [1, 2], [0, 2]);
        var kernel = Only(_b.Transpose(product, [1, 0]), (x, _random.Real(3, 6)), (w, _random.Real(6, 4)));
        Assert.NotNull(kernel.Contraction);
    }

    /// <summary>The one kernel of a function, once the interpreter has found it right.</summary>
    private static Kernel Only(Node result, params (Node Node, Nnc.Graph.Reference.ReferenceTensor Value)[] inputs)
    {
        ImmutableArray<GraphInput> named = [.. inputs.Select((i, k) => new GraphInput($"x{k}", InputRole.Data, i.Node))];
        var function = new GraphFunction("f", named, [new GraphOutput("y", OutputRole.Result, result)]);
        return Assert.Single(Compare.Check(function, [.. inputs.Select(i => i.Value)], "flattened").Kernels);
    }
}
