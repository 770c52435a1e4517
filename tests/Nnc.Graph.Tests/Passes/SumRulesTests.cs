using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Passes;
using Nnc.Graph.Reference;
using Xunit;

namespace Nnc.Graph.Tests.Passes;

/// <summary>What becomes of sums over axes, and that the value stays.</summary>
public sealed class SumRulesTests
{
    private readonly GraphBuilder _b = new();
    private readonly SampleValues _random = new(81);
    private readonly List<(GraphInput Input, ReferenceTensor Value)> _inputs = [];

    [Fact]
    public void Of_products_that_keep_an_axis_is_one_contraction_without_it()
    {
        var products = _b.Contract(Real(3, 4, 5), Real(3, 4, 2), [0, 1, 2], [0, 1, 3], [0, 2, 3]);
        var simpler = Simplified(Sum(products, 0));
        Assert.Equal(new ContractOperator([0, 1, 2], [0, 1, 3], [2, 3]), simpler.Operator);
    }

    [Fact]
    public void Over_an_axis_of_one_operand_comes_before_the_product()
    {
        var x = Real(3, 4, 5);
        var simpler = Simplified(Sum(_b.Contract(x, Real(5, 2), [0, 1, 2], [2, 3], [0, 1, 3]), 0));
        Assert.Equal(new ContractOperator([1, 2], [2, 3], [1, 3]), simpler.Operator);
        Assert.Same(Sum(x, 0), simpler.Inputs[0]);
    }

    [Fact]
    public void Of_a_product_with_other_users_stays()
    {
        var products = _b.Contract(Real(3, 4, 5), Real(3, 4, 2), [0, 1, 2], [0, 1, 3], [0, 2, 3]);
        var simpler = Simplified(_b.Add(Sum(products, 0), _b.Reshape(_b.Slice(products, 0, 1, 1), new Shape(5, 2))));
        Assert.Same(Sum(products, 0), simpler.Inputs[0]);
    }

    [Fact]
    public void Over_a_broadcast_and_other_axes_is_a_smaller_sum_and_a_factor()
    {
        var x = Real(4, 5);
        var simpler = Simplified(Sum(_b.Broadcast(x, new Shape(3, 4, 5), [-1, 0, 1]), 0, 1));
        Assert.Equal(ScalarFunction.Multiply, Assert.IsType<ElementwiseOperator>(simpler.Operator).Function);
        Assert.Same(Sum(x, 0), simpler.Inputs[0]);
    }

    [Fact]
    public void Of_added_rows_over_positions_adds_them_all_into_one_table()
    {
        var (rows, indices) = (Real(3, 2, 4, 5), Int(6, 3, 2, 4));
        var tables = _b.Apply(new ScatterAddOperator(2, 6), rows, indices);
        Assert.Equal(new ScatterAddOperator(1, 6), Simplified(Sum(tables, 0)).Operator);
        Assert.Equal(new ScatterAddOperator(1, 6), Simplified(Sum(tables, 1)).Operator);
        Assert.Equal(new ScatterAddOperator(0, 6), Simplified(Sum(tables, 0, 1)).Operator);
        Simplified(Sum(tables, 1, 2));
        Simplified(Sum(tables, 0, 3));
    }

    [Fact]
    public void Of_an_index_equations_adjoint_forgets_the_position_there()
    {
        var windows = new AccessGradientOperator(new Shape(3, 7), [new([1, 0, 0], 0), new([0, 2, 1], 0)]);
        var gradient = _b.Apply(windows, Real(3, 3, 3));
        Assert.Equal(new AccessGradientOperator(new Shape(7), [windows.Positions[1]]), Simplified(Sum(gradient, 0)).Operator);
        Simplified(Sum(gradient, 1));
        Simplified(Sum(gradient, 0, 1));
        var named = new AccessGradientOperator(new Shape(6, 5), [new([1], 0), AccessPosition.FromInput(1, 1)]);
        Simplified(Sum(_b.Apply(named, Real(6), Int(5, 6)), 0));
        Simplified(Sum(_b.Apply(named, Real(6), Int(5, 6)), 1));
    }

    private Node Real(params int[] shape) => Input(_random.Real(shape));

    private Node Int(int below, params int[] shape) => Input(_random.Int(0, below, shape));

    private Node Input(ReferenceTensor value)
    {
        var node = _b.Input($"x{_inputs.Count}", new TensorType(value.Element, new Shape(value.Shape.Select(s => (Dim)s))));
        _inputs.Add((new GraphInput($"x{_inputs.Count}", InputRole.Data, node), value));
        return node;
    }

    private Node Sum(Node node, params ImmutableArray<int> axes) => _b.Reduce(ReductionKind.Sum, node, axes);

    /// <summary>The node that a simplified function returns, once its value has been compared.</summary>
    private Node Simplified(Node node)
    {
        var function = new GraphFunction("f", [.. _inputs.Select(i => i.Input)], [new GraphOutput("y", OutputRole.Result, node)]);
        var simplified = Simplifier.Apply(_b, function);
        var values = _inputs.ToDictionary(i => i.Input.Name, i => i.Value);
        var (expected, actual) = (Interpreter.Run(function, values)["y"], Interpreter.Run(simplified, values)["y"]);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.All(expected.Values.Zip(actual.Values), p => Assert.Equal(p.First, p.Second, 1e-12));
        return simplified.Outputs[0].Node;
    }
}
