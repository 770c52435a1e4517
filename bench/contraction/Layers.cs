using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Differentiation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;

namespace Nnc.Bench.Contraction;

/// <summary>Contractions as they stand in a program, with the sizes they are measured at.</summary>
internal sealed record Layer(string Title, GraphFunction Function, IReadOnlyDictionary<DimSymbol, long> Sizes);

/// <summary>Products and layers of the benchmark's workloads.</summary>
internal static class Layers
{
    private static readonly Dim N = Dim.Symbol("N");

    public static IEnumerable<Layer> All() =>
    [
        Product(512, 512, 512), Product(32, 320, 1024), Product(1024, 1024, 1024), Product(128, 784, 256),
        Unrolled(64, 32, 320, 1024), Product(320, 2048, 1024),
        Dense(1, 784, 256), Dense(128, 784, 256), Dense(128, 256, 128), Dense(128, 128, 10), Dense(64, 400, 120),
        First("lenet 1", 64, 1, 6, 28, 5, 2), Convolution("lenet 2", 64, 6, 16, 14, 5, 1, 0), First("lenet 1", 1, 1, 6, 28, 5, 2), Convolution("lenet 2", 1, 6, 16, 14, 5, 1, 0),
        First("vggish 1", 32, 3, 32, 32, 3, 1), Convolution("vggish 2", 32, 32, 32, 32, 3, 1, 1), Convolution("vggish 3", 32, 32, 64, 16, 3, 1, 1),
        Convolution("vggish 4", 32, 64, 64, 16, 3, 1, 1), Convolution("vggish 5", 32, 64, 128, 8, 3, 1, 1), Convolution("vggish 6", 32, 128, 128, 8, 3, 1, 1),
        Convolution("resnet 1", 32, 16, 16, 32, 3, 1, 1), Convolution("resnet 2", 32, 16, 32, 32, 3, 2, 1), Convolution("resnet 3", 32, 32, 32, 16, 3, 1, 1),
        Cell("lstm", 32, Cells.Lstm(256)), Cell("lstm", 1, Cells.Lstm(256)), Cell("lstm of one product", 32, Cells.LstmOfOneProduct(256)),
        Cell("gru", 32, Cells.Gru(256, isResetAfter: true)), Cell("cotangent", 32, Cells.StateCotangent(256, 4)), Cell("full gate recurrence", 32, Cells.FullGateRecurrence(256)),
        Product(32, 256, 256), Turned(32, 1024, 256),
        Convolution("resnet 4", 32, 32, 64, 16, 3, 2, 1), Convolution("resnet 5", 32, 64, 64, 8, 3, 1, 1),
    ];

    private static Layer Product(int rows, int summed, int columns)
    {
        var builder = new GraphBuilder();
        var (a, b) = (builder.Input("a", TensorType.Real(rows, summed)), builder.Input("b", TensorType.Real(summed, columns)));
        return new($"product {rows} × {summed} × {columns}",
            Function([("a", a), ("b", b)], [builder.Contract(a, b, [0, 1], [1, 2], [0, 2])]), ImmutableDictionary<DimSymbol, long>.Empty);
    }

    /// <summary>The gradient of a recurrence's weights, taken out of the loop: Σ over steps and sequences.</summary>
    private static Layer Unrolled(int steps, int sequences, int inputs, int outputs)
    {
        var builder = new GraphBuilder();
        var t = Dim.Symbol("T");
        var (a, b) = (builder.Input("a", TensorType.Real(t, N, inputs)), builder.Input("b", TensorType.Real(t, N, outputs)));
        return new($"unrolled {steps} × {sequences} × {inputs} × {outputs}", Function([("a", a), ("b", b)], [builder.Contract(a, b, [0, 1, 2], [0, 1, 3], [2, 3])]),
            new Dictionary<DimSymbol, long> { [new DimSymbol("T")] = steps, [new DimSymbol("N")] = sequences });
    }

    /// <summary>A product with the second matrix transposed, as adjoints have it.</summary>
    private static Layer Turned(int rows, int summed, int columns)
    {
        var builder = new GraphBuilder();
        var (a, b) = (builder.Input("a", TensorType.Real(N, summed)), builder.Input("b", TensorType.Real(columns, summed)));
        return new($"turned product {rows} × {summed} × {columns}",
            Function([("a", a), ("b", b)], [builder.Contract(a, b, [0, 1], [2, 1], [0, 2])]), new Dictionary<DimSymbol, long> { [new DimSymbol("N")] = rows });
    }

    /// <summary>A step of a recurrent cell of 256 units.</summary>
    private static Layer Cell(string title, int rows, GraphFunction function) =>
        new($"{title}, {rows} rows", function, new Dictionary<DimSymbol, long> { [new DimSymbol("N")] = rows });

    /// <summary>A hidden layer with all its gradients.</summary>
    private static Layer Dense(int rows, int inputs, int outputs)
    {
        var builder = new GraphBuilder();
        var (x, w) = (builder.Input("x", TensorType.Real(N, inputs)), builder.Input("w", TensorType.Real(inputs, outputs)));
        var y = builder.Elementwise(ScalarFunction.Tanh, builder.Contract(builder.Elementwise(ScalarFunction.Tanh, x), w, [0, 1], [1, 2], [0, 2]));
        return Trained($"dense {rows} × {inputs} × {outputs}", builder, rows, y, ("x", x), ("w", w));
    }

    /// <summary>The first convolution of a network, which reads the network's input: no gradient of the input.</summary>
    private static Layer First(string title, int images, int channels, int outputs, int size, int kernel, int pad)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real(N, channels, size, size));
        var w = builder.Input("w", TensorType.Real(outputs, channels, kernel, kernel));
        var y = builder.Elementwise(ScalarFunction.Tanh, builder.Convolve(x, w, Geometry(1, pad)));
        return Trained($"{title}, {images} × {channels} → {outputs}", builder, images, Second(builder, y), ("w", w), ("x", x));
    }

    /// <summary>A convolution between others, all kept small but this one.</summary>
    private static Layer Convolution(string title, int images, int channels, int outputs, int size, int kernel, int stride, int pad)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real(N, 1, size, size));
        var first = builder.Input("first", TensorType.Real(channels, 1, 1, 1));
        var w = builder.Input("w", TensorType.Real(outputs, channels, kernel, kernel));
        var hidden = builder.Elementwise(ScalarFunction.Tanh, builder.Convolve(x, first, Geometry(1, 0)));
        var y = builder.Elementwise(ScalarFunction.Tanh, builder.Convolve(hidden, w, Geometry(stride, pad)));
        return Trained($"{title}, {images} × {channels} → {outputs}, {size}, stride {stride}", builder, images, Second(builder, y), ("w", w), ("first", first), ("x", x));
    }

    /// <summary>One more convolution, so that what comes before it is kept as between layers.</summary>
    private static Node Second(GraphBuilder builder, Node x)
    {
        var filter = builder.Fill(1.0 / 3, TensorType.Real(1, x.Shape[1], 1, 1));
        return builder.Elementwise(ScalarFunction.Tanh, builder.Convolve(x, filter, Geometry(1, 0)));
    }

    private static Layer Trained(string title, GraphBuilder builder, int rows, Node y, params (string Name, Node Node)[] inputs)
    {
        var loss = builder.Reduce(ReductionKind.Sum, y, [.. Enumerable.Range(0, y.Shape.Rank)]);
        ImmutableArray<Node> trained = [.. inputs.Where(i => i.Name != "x" || title.StartsWith("dense", StringComparison.Ordinal)).Select(i => i.Node)];
        return new(title, Function(inputs, [y, .. Differentiator.Gradients(builder, loss, trained)]),
            new Dictionary<DimSymbol, long> { [new DimSymbol("N")] = rows });
    }

    private static ConvolutionGeometry Geometry(int stride, int pad) => new([stride, stride], [pad, pad], [pad, pad], [1, 1]);

    private static GraphFunction Function((string Name, Node Node)[] inputs, Node[] results) => new(
        "f", [.. inputs.Select(i => new GraphInput(i.Name, InputRole.Data, i.Node))],
        [.. results.Select((r, i) => new GraphOutput($"y{i}", OutputRole.Result, r))]);
}
