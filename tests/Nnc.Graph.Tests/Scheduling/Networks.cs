using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;

namespace Nnc.Graph.Tests.Scheduling;

/// <summary>Small networks with their training step by Adam, built as the front end would.</summary>
internal sealed class Networks : IOptimizerRule
{
    private readonly List<GraphInput> _parameters = [];
    private readonly List<GraphInput> _states = [];
    private readonly List<GraphOutput> _updates = [];

    private Networks()
    {
    }

    private GraphBuilder B { get; } = new();

    public static Dim N { get; } = Dim.Symbol("N");

    public string Name => "adam";

    public ImmutableArray<OptimizerState> States => [new("m", 0), new("v", 0)];

    /// <summary>784-like inputs through two tanh layers to ten classes.</summary>
    public static GraphFunction Mlp(int inputs, int hidden, ClipSpec? clip = null)
    {
        var net = new Networks();
        var x = net.B.Input("x", TensorType.Real(N, inputs));
        var h = net.Call(ScalarFunction.Tanh, net.Dense("l1", x, hidden));
        h = net.Call(ScalarFunction.Tanh, net.Dense("l2", h, hidden));
        return net.Step(x, net.Dense("l3", h, 10), clip);
    }

    /// <summary>Two convolutions with tanh and average pooling, then three dense layers.</summary>
    public static GraphFunction LeNet(int size, int channels)
    {
        var net = new Networks();
        var x = net.B.Input("x", TensorType.Real(N, 1, size, size));
        var h = net.AveragePool(net.Call(ScalarFunction.Tanh, net.Convolution("c1", x, channels, 5, 1, 2)));
        h = net.AveragePool(net.Call(ScalarFunction.Tanh, net.Convolution("c2", h, channels * 2, 3, 1, 0)));
        h = net.B.Reshape(h, new Shape(N, h.Shape[1] * h.Shape[2] * h.Shape[3]));
        h = net.Call(ScalarFunction.Tanh, net.Dense("l1", h, 9));
        return net.Step(x, net.Dense("l2", h, 10), null);
    }

    /// <summary>Batch norm, relu and a shortcut; the second convolution has stride 2.</summary>
    public static GraphFunction Residual(int size, int channels)
    {
        var net = new Networks();
        var x = net.B.Input("x", TensorType.Real(N, 3, size, size));
        var stem = net.Relu(net.BatchNorm("b0", net.Convolution("c0", x, channels, 3, 1, 1)));
        var h = net.Relu(net.BatchNorm("b1", net.Convolution("c1", stem, channels * 2, 3, 2, 1)));
        h = net.BatchNorm("b2", net.Convolution("c2", h, channels * 2, 3, 1, 1));
        h = net.Relu(net.B.Add(h, net.Convolution("c3", stem, channels * 2, 1, 2, 0)));
        var area = h.Shape[2] * h.Shape[3];
        var pooled = net.B.Multiply(net.B.Reduce(ReductionKind.Sum, h, [2, 3]), net.Fill(1.0 / area.ConstantValue, N, h.Shape[1]));
        return net.Step(x, net.Dense("l", pooled, 10), null);
    }

    /// <summary>ResNet-20 of CIFAR for three blocks a stage.</summary>
    public static GraphFunction ResNet(int size, int channels, int blocks)
    {
        var net = new Networks();
        var x = net.B.Input("x", TensorType.Real(N, 3, size, size));
        var h = net.Relu(net.BatchNorm("b", net.Convolution("c", x, channels, 3, 1, 1)));
        for (var block = 0; block < 3 * blocks; block++)
        {
            var (width, stride) = (channels << (block / blocks), block % blocks == 0 && block > 0 ? 2 : 1);
            var y = net.Relu(net.BatchNorm($"b{block}a", net.Convolution($"c{block}a", h, width, 3, stride, 1)));
            y = net.BatchNorm($"b{block}b", net.Convolution($"c{block}b", y, width, 3, 1, 1));
            h = net.Relu(net.B.Add(y, stride == 1 ? h : net.BatchNorm($"b{block}s", net.Convolution($"c{block}s", h, width, 1, 2, 0))));
        }

        var pooled = net.B.Reduce(ReductionKind.Sum, h, [2, 3]);
        return net.Step(x, net.Dense("l", pooled, 10), null);
    }

    public (Node Parameter, ImmutableArray<Node> States) Apply(
        GraphBuilder b, Node parameter, Node gradient, ImmutableArray<Node> states, Node step, Node rateFactor)
    {
        Node Scale(Node n, double by) => b.Multiply(n, b.ConstantLike(n, by));
        Node Spread(Node n) => b.BroadcastTo(n, parameter.Shape);
        var m = b.Add(Scale(states[0], 0.9), Scale(gradient, 0.1));
        var v = b.Add(Scale(states[1], 0.999), Scale(b.Multiply(gradient, gradient), 0.001));
        var time = b.Cast(step, ElementType.Real);
        var (one, mean) = (b.Constant(1), b.Subtract(b.Constant(1), b.Elementwise(ScalarFunction.Power, b.Constant(0.9), time)));
        var square = b.Subtract(one, b.Elementwise(ScalarFunction.Power, b.Constant(0.999), time));
        var denominator = b.Add(b.Elementwise(ScalarFunction.Sqrt, b.Divide(v, Spread(square))), b.ConstantLike(v, 1e-3));
        var change = b.Divide(b.Divide(m, Spread(mean)), denominator);
        return (b.Subtract(parameter, b.Multiply(Spread(b.Multiply(rateFactor, b.Constant(0.01))), change)), [m, v]);
    }

    private Node Dense(string name, Node x, int size)
    {
        var (w, bias) = (Parameter($"{name}.W", x.Shape[1], size), Parameter($"{name}.b", size));
        var product = B.Contract(x, w, [0, 1], [1, 2], [0, 2]);
        return B.Add(product, B.BroadcastTo(bias, product.Shape));
    }

    private Node Convolution(string name, Node x, int channels, int kernel, int stride, int pad)
    {
        var w = Parameter($"{name}.W", channels, x.Shape[1], kernel, kernel);
        var y = B.Convolve(x, w, new ConvolutionGeometry([stride, stride], [pad, pad], [pad, pad], [1, 1]));
        return B.Add(y, B.Broadcast(Parameter($"{name}.b", channels), y.Shape, [-1, 0, -1, -1]));
    }

    private Node AveragePool(Node x)
    {
        var y = B.Window(ReductionKind.Sum, x, [2, 2], new ConvolutionGeometry([2, 2], [0, 0], [0, 0], [1, 1]));
        return B.Multiply(y, B.ConstantLike(y, 0.25));
    }

    private Node BatchNorm(string name, Node x)
    {
        var channels = (int)x.Shape[1].ConstantValue;
        var count = B.Cast(B.Size(x.Shape[0] * x.Shape[2] * x.Shape[3]), ElementType.Real);
        Node Mean(Node n) => B.Divide(B.Reduce(ReductionKind.Sum, n, [0, 2, 3]), B.BroadcastTo(count, new Shape(channels)));
        Node Spread(Node n) => B.Broadcast(n, x.Shape, [-1, 0, -1, -1]);
        var mean = Mean(x);
        var centred = B.Subtract(x, Spread(mean));
        var variance = Mean(B.Multiply(centred, centred));
        var state = B.Input($"{name}.mean", TensorType.Real(channels));
        _states.Add(new GraphInput($"{name}.mean", InputRole.State, state));
        _updates.Add(new GraphOutput($"{name}.mean'", OutputRole.Update,
            B.Add(B.Multiply(state, B.ConstantLike(state, 0.9)), B.Multiply(mean, B.ConstantLike(mean, 0.1))), $"{name}.mean"));
        var scale = B.Divide(B.ConstantLike(variance, 1), B.Elementwise(ScalarFunction.Sqrt, B.Add(variance, B.ConstantLike(variance, 1e-3))));
        var normal = B.Multiply(centred, Spread(scale));
        return B.Add(B.Multiply(normal, Spread(Parameter($"{name}.gamma", channels))), Spread(Parameter($"{name}.beta", channels)));
    }

    private Node Relu(Node x) => B.Elementwise(ScalarFunction.Maximum, x, B.ConstantLike(x, 0));

    private Node Call(ScalarFunction function, Node x) => B.Elementwise(function, x);

    private Node Fill(double value, params IEnumerable<Dim> sizes) => B.Fill(value, TensorType.Real(sizes));

    private Node Parameter(string name, params IEnumerable<Dim> sizes)
    {
        var node = B.Input(name, TensorType.Real(sizes));
        _parameters.Add(new GraphInput(name, InputRole.Parameter, node));
        return node;
    }

    /// <summary>The mean cross entropy, by log-softmax, and its training step.</summary>
    private GraphFunction Step(Node x, Node logits, ClipSpec? clip)
    {
        var digit = B.Input("digit", TensorType.Int(N));
        Node Rows(Node n) => B.Broadcast(n, logits.Shape, [0, -1]);
        var shifted = B.Subtract(logits, Rows(B.Reduce(ReductionKind.Max, logits, [1])));
        var sum = B.Reduce(ReductionKind.Sum, Call(ScalarFunction.Exp, shifted), [1]);
        var logProbability = B.Subtract(shifted, Rows(Call(ScalarFunction.Log, sum)));
        var picked = B.Gather(logProbability, digit, 1);
        var loss = B.Negate(B.Divide(B.Reduce(ReductionKind.Sum, picked, [0]), B.Cast(B.Size(N), ElementType.Real)));
        ImmutableArray<GraphInput> inputs =
            [new("x", InputRole.Data, x), new("digit", InputRole.Data, digit), .. _parameters, .. _states];
        var training = new GraphFunction("main", inputs, [new GraphOutput("loss", OutputRole.Loss, loss), .. _updates]);
        var stage = new StageSpec("main", "main", "loss", [], 1) { Optimizer = this, Clip = clip };
        return TrainingStep.Build(B, new EntryPoint("main", training, training, ["digit"]), stage, []);
    }
}
