using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Graph;

/// <summary>Constants and element-wise functions.</summary>
public sealed partial class GraphBuilder
{
    public Node Input(string name, TensorType type) => Apply(new InputOperator(name, type));

    /// <summary>A real scalar.</summary>
    public Node Constant(double value) => Fill(value, TensorType.Real());

    public Node IntConstant(long value) => Fill(value, TensorType.Int());

    public Node BoolConstant(bool value) => Fill(value ? 1 : 0, TensorType.Bool());

    public Node Fill(double value, TensorType type) => Apply(new FillOperator(value, type));

    /// <summary>One value in the shape and element type of another node.</summary>
    public Node ConstantLike(Node like, double value) => Fill(value, like.Type);

    /// <summary>Given values, row-major.</summary>
    public Node ConstantTensor(TensorType type, ImmutableArray<double> values) =>
        values.Length > 0 && values.All(v => v.Equals(values[0])) ? Fill(values[0], type) : Apply(new LiteralOperator(type, values));

    public Node Iota(Dim size) => Apply(new IotaOperator(size));

    /// <summary>A dimension as an int scalar.</summary>
    public Node Size(Dim size) => size.IsConstant ? IntConstant(size.ConstantValue) : Apply(new SizeOperator(size));

    /// <summary>The value that fills a node, if it is one constant.</summary>
    public static double? ConstantValueOf(Node node) => node.Operator switch
    {
        FillOperator fill => fill.Value,
        BroadcastOperator or ReshapeOperator => ConstantValueOf(node.Inputs[0]),
        _ => null,
    };

    /// <summary>Applies a scalar function; operands have one shape, or are scalars that are spread.</summary>
    public Node Elementwise(ScalarFunction function, params ImmutableArray<Node> operands)
    {
        var shape = operands.MaxBy(o => o.Type.Rank)!.Shape;
        return Apply(new ElementwiseOperator(function), [.. operands.Select(o => o.Type.Rank == shape.Rank ? o : BroadcastTo(o, shape))]);
    }

    public Node Add(Node a, Node b) => Elementwise(ScalarFunction.Add, a, b);

    public Node Subtract(Node a, Node b) => Elementwise(ScalarFunction.Subtract, a, b);

    public Node Multiply(Node a, Node b) => Elementwise(ScalarFunction.Multiply, a, b);

    public Node Divide(Node a, Node b) => Elementwise(ScalarFunction.Divide, a, b);

    public Node Negate(Node a) => Elementwise(ScalarFunction.Negate, a);

    public Node Select(Node condition, Node then, Node otherwise) => Elementwise(ScalarFunction.Select, condition, then, otherwise);

    public Node Compare(ScalarFunction comparison, Node a, Node b) => Elementwise(comparison, a, b);

    public Node Cast(Node node, ElementType element) => (node.Element, element) switch
    {
        var (from, to) when from == to => node,
        (_, ElementType.Real) => Elementwise(ScalarFunction.ToReal, node),
        (_, ElementType.Int) => Elementwise(ScalarFunction.ToInt, node),
        (_, ElementType.Bool) => Compare(ScalarFunction.NotEqual, node, ConstantLike(node, 0)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public Node StopGradient(Node node) => Apply(new StopGradientOperator(), node);

    /// <param name="repetition">Where a step draws more than once, as a recurrence does at each t: the number of the draw, an int scalar.</param>
    public Node RandomUniform(Node seed, Node step, Shape shape, int stream, Node? repetition = null) =>
        Apply(new RandomUniformOperator(shape, stream), repetition is null ? [seed, step] : [seed, step, repetition]);
}
