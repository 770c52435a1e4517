using System.Collections.Immutable;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;

namespace Nnc.Backends.Llvm.Tests.Contractions;

/// <summary>A function of contractions with its inputs' sizes.</summary>
internal sealed record ContractionCase(string Title, GraphFunction Function, ImmutableArray<ReferenceTensor> Inputs)
{
    public IReadOnlyDictionary<string, ReferenceTensor> Named => Function.Inputs.Zip(Inputs).ToDictionary(p => p.First.Name, p => p.Second);

    public IReadOnlyDictionary<DimSymbol, long> Sizes =>
        SizeSolver.Solve(Function.Inputs.Select(i => (i.Name, i.Node.Shape, (IReadOnlyList<int>)Named[i.Name].Shape))).Sizes;
}

/// <summary>Matrix products and convolutions of every kind, alone and with an epilogue, with constant sizes and a symbolic batch.</summary>
internal static class ContractionCases
{
    private static readonly Dim N = Dim.Symbol("N");

    /// <summary>The catalogue's samples of the contraction and of convolution with both its adjoints.</summary>
    public static IEnumerable<ContractionCase> OfOperators() =>
        from type in new[] { typeof(ContractOperator), typeof(ConvolveOperator), typeof(ConvolveInputGradientOperator), typeof(ConvolveKernelGradientOperator) }
        from sample in ((Operator)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type)).Samples()
        select Make($"{type.Name}, {sample.Title}", sample.Operator, sample.Inputs);

    /// <summary>Rows × columns × summed, in all four transpositions.</summary>
    public static IEnumerable<ContractionCase> Products(params IEnumerable<(int Rows, int Columns, int Summed)> sizes) =>
        from size in sizes
        from left in new[] { false, true }
        from right in new[] { false, true }
        let random = new Random(size.Rows + (31 * size.Columns))
        let a = Random(random, left ? [size.Summed, size.Rows] : [size.Rows, size.Summed])
        let b = Random(random, right ? [size.Columns, size.Summed] : [size.Summed, size.Columns])
        select Make($"{size}, {left}, {right}", new ContractOperator(left ? [1, 0] : [0, 1], right ? [2, 1] : [1, 2], [0, 2]), [a, b]);

    /// <summary>tanh(x·w + b) with N rows.</summary>
    public static ContractionCase Dense(int rows, int inputs, int outputs)
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real(N, inputs));
        var w = builder.Input("w", TensorType.Real(inputs, outputs));
        var bias = builder.Input("b", TensorType.Real(outputs));
        var product = builder.Contract(x, w, [0, 1], [1, 2], [0, 2]);
        var y = builder.Elementwise(ScalarFunction.Tanh, builder.Add(product, builder.BroadcastTo(bias, product.Shape)));
        var random = new Random(rows);
        return new($"dense {rows} × {inputs} × {outputs}", Function([("x", x), ("w", w), ("b", bias)], y),
            [Random(random, rows, inputs), Random(random, inputs, outputs), Random(random, outputs)]);
    }

    /// <summary>One of the three convolutions of a layer, with N images.</summary>
    /// <param name="part">0: forward, with bias and relu; 1: the input's adjoint; 2: the kernel's adjoint.</param>
    public static ContractionCase Layer(int part, int images, int channels, int outputs, int size, int kernel, int stride, int pad)
    {
        var geometry = new ConvolutionGeometry([stride, stride], [pad, pad], [pad, pad], [1, 1]);
        var builder = new GraphBuilder();
        var x = builder.Input("x", TensorType.Real(N, channels, size, size));
        var w = builder.Input("w", TensorType.Real(outputs, channels, kernel, kernel));
        var places = geometry.OutputSize(0, size, kernel);
        var d = builder.Input("d", TensorType.Real(N, outputs, places, places));
        var random = new Random(images + channels);
        var title = $"part {part}, {images} × {channels} → {outputs}, {size}, {kernel}, {stride}, {pad}";
        var (rx, rw, rd) = (Random(random, images, channels, size, size), Random(random, outputs, channels, kernel, kernel), Random(random, images, outputs, places, places));
        switch (part)
        {
            case 0:
                var bias = builder.Input("b", TensorType.Real(outputs));
                var sum = builder.Convolve(x, w, geometry);
                var y = builder.Add(sum, builder.Broadcast(bias, sum.Shape, [-1, 0, -1, -1]));
                return new(title, Function([("x", x), ("w", w), ("b", bias)], builder.Elementwise(ScalarFunction.Maximum, y, builder.ConstantLike(y, 0))),
                    [rx, rw, Random(random, outputs)]);
            case 1:
                var dx = builder.Apply(new ConvolveInputGradientOperator(geometry, new Shape(x.Shape.Skip(1))), d, w);
                return new(title, Function([("d", d), ("w", w)], dx), [rd, rw]);
            default:
                var dw = builder.Apply(new ConvolveKernelGradientOperator(geometry, new Shape(w.Shape.Skip(2))), x, d);
                return new(title, Function([("x", x), ("d", d)], dw), [rx, rd]);
        }
    }

    private static ContractionCase Make(string title, Operator op, ImmutableArray<ReferenceTensor> inputs)
    {
        var builder = new GraphBuilder();
        var nodes = inputs.Select((t, i) => ($"x{i}", builder.Input($"x{i}", TensorType.Real([.. t.Shape.Select(s => (Dim)s)])))).ToArray();
        return new(title, Function(nodes, builder.Apply(op, [.. nodes.Select(n => n.Item2)])), inputs);
    }

    private static GraphFunction Function((string Name, Node Node)[] inputs, Node result) =>
        new("f", [.. inputs.Select(i => new GraphInput(i.Name, InputRole.Data, i.Node))], [new GraphOutput("y", OutputRole.Result, result)]);

    private static ReferenceTensor Random(Random random, params int[] shape)
    {
        var tensor = ReferenceTensor.Zeros(ElementType.Real, shape);
        for (var i = 0; i < tensor.Count; i++)
        {
            tensor.Values[i] = (random.NextDouble() * 2) - 1;
        }

        return tensor;
    }
}
