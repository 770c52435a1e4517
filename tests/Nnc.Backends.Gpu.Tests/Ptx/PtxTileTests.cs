using System.Collections.Immutable;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>
/// Tiles of every kind on contractions whose sizes they do not divide. Factors are numbers that each precision holds exactly, so that
/// what a tile gives is what sums in 32 bits give.
/// </summary>
public sealed class PtxTileTests
{
    private const double Tolerance = 2e-6;

    private static readonly DimSymbol _n = new("N");

    private readonly GraphBuilder _builder = new();
    private readonly SampleValues _random = new(5);

    /// <summary>The tiles, and the order of the factors' axes: with steps innermost or with points innermost.</summary>
    public static IEnumerable<object[]> Tiles =>
        from precision in Enum.GetValues<GpuPrecision>()
        from tile in (WarpTile[])
        [
            new(16, 16, 1, 1, 1, 16, 2, precision), new(16, 16, 2, 1, 2, 32, 3, precision), new(32, 16, 1, 2, 1, 32, 3, precision),
            new(16, 32, 2, 2, 2, 64, 2, precision), new(64, 32, 1, 2, 1, 16, 3, precision), new(32, 64, 2, 1, 1, 16, 2, precision), new(16, 16, 1, 1, 4, 128, 3, precision),
        ]
        from order in (string[])["mk,kn", "km,nk"]
        select new object[] { tile, order };

    [Theory]
    [MemberData(nameof(Tiles))]
    public void Products_are_exact(WarpTile tile, string order)
    {
        // Sizes that vectors divide, and sizes that nothing divides.
        foreach (var (m, k, n) in ((int, int, int)[])[(68, 40, 36), (37, 53, 19), (3, 130, 70)])
        {
            var (left, right) = order == "mk,kn" ? ((int[])[m, k], (int[])[k, n]) : ([k, m], [n, k]);
            int[][] labels = order == "mk,kn" ? [[0, 1], [1, 2]] : [[1, 0], [2, 1]];
            var (a, b) = (Input("a", left), Input("b", right));
            var product = _builder.Contract(a, b, [.. labels[0]], [.. labels[1]], [0, 2]);
            var result = _builder.Add(product, _builder.Elementwise(ScalarFunction.Tanh, product));
            Check([a, b], result, tile, Numbers(left), Numbers(right));
        }
    }

    /// <summary>Several sums of one left factor, a batch, and a size that is known when the kernel runs.</summary>
    [Theory]
    [InlineData(GpuPrecision.Single)]
    [InlineData(GpuPrecision.Tf32)]
    [InlineData(GpuPrecision.Bf16)]
    public void Gates_and_batches_are_exact(GpuPrecision precision)
    {
        var (x, u, v) = (Input("x", _n, 20), Input("u", 20, 12), Input("v", 20, 12));
        var gates = _builder.Multiply(Product(x, u), _builder.Elementwise(ScalarFunction.Sigmoid, Product(x, v)));
        Check([x, u, v], gates, new(16, 16, 1, 1, 2, 32, 3, precision), Numbers(35, 20), Numbers(20, 12), Numbers(20, 12));

        var (a, b) = (Input("a", 3, 17, _n), Input("b", 3, _n, 9));
        Check([a, b], _builder.Contract(a, b, [0, 1, 2], [0, 2, 3], [0, 1, 3]), new(16, 16, 2, 1, 1, 16, 3, precision), Numbers(3, 17, 35), Numbers(3, 35, 9));

        Node Product(Node left, Node right) => _builder.Contract(left, right, [0, 1], [1, 2], [0, 2]);
    }

    private Node Input(string name, params IEnumerable<int> shape) => Input(name, [.. shape.Select(s => (Dim)s)]);

    private Node Input(string name, params Dim[] shape) => _builder.Input(name, TensorType.Real(new Shape(shape)));

    private Node Input(string name, DimSymbol first, int second) => Input(name, Dim.Symbol(first), second);

    private Node Input(string name, int first, DimSymbol second, int third) => Input(name, (Dim)first, Dim.Symbol(second), third);

    private Node Input(string name, int first, int second, DimSymbol third) => Input(name, (Dim)first, second, Dim.Symbol(third));

    /// <summary>Numbers of three bits.</summary>
    private ReferenceTensor Numbers(params int[] shape)
    {
        var values = _random.Real(-1, 1, shape);
        return new(ElementType.Real, shape, [.. values.Values.Select(v => Math.Round(v * 7) / 8)]);
    }

    private static void Check(Node[] inputs, Node result, WarpTile tile, params ReferenceTensor[] values)
    {
        var names = inputs.Select((n, k) => new GraphInput($"x{k}", InputRole.Data, n)).ToImmutableArray();
        var function = new GraphFunction("run", names, [new GraphOutput("y", OutputRole.Result, result)]);
        var given = names.Zip(values).ToDictionary(p => p.First.Name, p => p.Second);
        var sizes = ImmutableDictionary<DimSymbol, long>.Empty.Add(_n, 35);
        var program = GpuScheduler.Schedule(Scheduler.Schedule(function), GpuTarget.Cuda(tile.Precision) with { GroupSize = 16 });
        var plan = Assert.IsType<WarpTileKernel>(program.Plans[program.Program.Kernels.Single(k => k.Contraction is not null)]);
        program = program with { Plans = program.Plans.SetItem(plan.Kernel, plan with { Tile = tile }) };
        Comparison.AssertClose(Interpreter.Run(function, given, sizes), PtxRun.Run(program, given, sizes), Tolerance, $"{tile}");
        Assert.InRange(PtxModule.Write(program).Kernels.Max(k => k.SharedBytes), 1, program.Target.SharedBytes);
    }
}
