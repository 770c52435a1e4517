using Nnc.Core.Dimensions;
using Nnc.Graph.Operators;
using Xunit;

namespace Nnc.Graph.Tests.Batching;

/// <summary>What rules make of programs whose speed depends on it.</summary>
public sealed class BatchingRuleTests
{
    private static readonly Dim s_t = Dim.Symbol("T");

    [Fact]
    public void A_product_with_one_matrix_is_one_contraction_of_all_rows()
    {
        var b = new GraphBuilder();
        var (x, w) = (b.Input("x", TensorType.Real(s_t, 32, 64)), b.Input("w", TensorType.Real(64, 128)));
        var single = b.Contract(b.Input("xt", TensorType.Real(32, 64)), w, [0, 1], [1, 2], [0, 2]);
        var batched = single.Operator.Batch(new BatchRequest(single, [x, w], [true, false], s_t, b))!;
        Assert.IsType<ContractOperator>(batched.Operator);
        Assert.Equal([x, w], batched.Inputs.ToArray());
        Assert.Equal(new Shape(s_t, 32, 128), batched.Shape);
    }

    [Fact]
    public void One_table_is_read_by_a_plain_gather()
    {
        var b = new GraphBuilder();
        var (table, words) = (b.Input("table", TensorType.Real(1000, 64)), b.Input("words", TensorType.Int(s_t, 32)));
        var single = b.Gather(table, b.Input("word", TensorType.Int(32)));
        var batched = single.Operator.Batch(new BatchRequest(single, [table, words], [false, true], s_t, b))!;
        Assert.Same(b.Gather(table, words), batched);
    }

    [Fact]
    public void Shared_kernels_see_one_larger_batch_of_samples()
    {
        var b = new GraphBuilder();
        var (x, w) = (b.Input("x", TensorType.Real(s_t, 8, 3, 10, 10)), b.Input("w", TensorType.Real(4, 3, 3, 3)));
        var single = b.Convolve(b.Input("xt", TensorType.Real(8, 3, 10, 10)), w, ConvolutionGeometry.Plain(2));
        var batched = single.Operator.Batch(new BatchRequest(single, [x, w], [true, false], s_t, b))!;
        Assert.Same(b.Reshape(b.Convolve(b.Reshape(x, new Shape(8 * s_t, 3, 10, 10)), w, ConvolutionGeometry.Plain(2)), new Shape(s_t, 8, 4, 8, 8)), batched);
    }

    [Fact]
    public void Draws_of_all_repetitions_are_those_of_one_tensor()
    {
        var b = new GraphBuilder();
        var (seed, step) = (b.IntConstant(5), b.IntConstant(2));
        var single = b.RandomUniform(seed, step, new Shape(2, 3), 7, b.Input("t", TensorType.Int()));
        var batched = single.Operator.Batch(new BatchRequest(single, [seed, step, b.Iota(4)], [false, false, true], 4, b))!;
        Assert.Equal(Values(b.RandomUniform(seed, step, new Shape(4, 2, 3), 7)), Values(batched));

        static double[] Values(Node node) => Reference.Interpreter.Run(
            new GraphFunction("draws", [], [new GraphOutput("y", OutputRole.Result, node)]), new Dictionary<string, Reference.ReferenceTensor>())["y"].Values;
    }
}
