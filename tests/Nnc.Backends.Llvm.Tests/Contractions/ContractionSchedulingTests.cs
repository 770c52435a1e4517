using Nnc.Backends.Llvm.Contractions;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Nnc.Testing;
using Xunit;

namespace Nnc.Backends.Llvm.Tests.Contractions;

/// <summary>What is prepared for tiles still computes the graph, and lies as tiles need it.</summary>
public sealed class ContractionSchedulingTests
{
    [Fact]
    public void Samples_of_the_catalogue_stay_right() => CheckAll(ContractionCases.OfOperators());

    [Fact]
    public void Products_stay_right() => CheckAll(ContractionCases.Products((1, 1, 1), (1, 17, 5), (13, 1, 3), (16, 32, 64), (33, 7, 2)));

    [Fact]
    public void Layers_stay_right() => CheckAll(
        from part in Enumerable.Range(0, 3)
        from layer in new[]
        {
            ContractionCases.Layer(part, 2, 1, 6, 9, 5, 1, 2), ContractionCases.Layer(part, 3, 6, 16, 8, 5, 1, 0),
            ContractionCases.Layer(part, 2, 3, 16, 7, 3, 2, 1), ContractionCases.Layer(part, 1, 16, 32, 4, 3, 1, 1),
            ContractionCases.Layer(part, 9, 2, 3, 6, 1, 2, 0),
        }
        select layer);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public void Every_convolution_without_groups_is_computed_by_tiles(int part, int stride)
    {
        var (program, plans) = Prepare(ContractionCases.Layer(part, 2, 16, 32, 8, 3, stride, 1), TileTarget.Avx512Single);
        Assert.NotEmpty(plans);
        Assert.All(plans.Values, Verify);
        Assert.All(program.Kernels.Where(k => k.Contraction is not null), k => Assert.True(plans.ContainsKey(k)));
    }

    [Fact]
    public void Plans_of_known_layers() => Snapshot.Verify(
        string.Join("\n", KnownLayers().SelectMany(c => new[] { $"# {c.Title}" }.Concat(Prepare(c, TileTarget.Avx512Single).Plans.Values.Select(p => p.ToString())))),
        Snapshot.SourceFolder(), "plans");

    private static IEnumerable<ContractionCase> KnownLayers() =>
    [
        .. ContractionCases.Products((512, 512, 512), (32, 1024, 320)).Where((_, i) => i % 4 == 0),
        ContractionCases.Dense(128, 784, 256), ContractionCases.Dense(128, 128, 10),
        .. from part in Enumerable.Range(0, 3)
           from layer in new[]
           {
               ContractionCases.Layer(part, 2, 1, 6, 28, 5, 1, 2), ContractionCases.Layer(part, 2, 6, 16, 14, 5, 1, 0),
               ContractionCases.Layer(part, 2, 16, 16, 32, 3, 1, 1), ContractionCases.Layer(part, 2, 16, 32, 32, 3, 2, 1),
               ContractionCases.Layer(part, 2, 32, 32, 16, 3, 1, 1), ContractionCases.Layer(part, 2, 64, 64, 8, 3, 1, 1),
           }
           select layer,
    ];

    private static void CheckAll(IEnumerable<ContractionCase> cases)
    {
        foreach (var test in cases)
        {
            foreach (var target in new[] { TileTarget.Avx512Single, TileTarget.Avx2Single })
            {
                var (program, plans) = Prepare(test, target);
                Assert.All(plans.Values, Verify);
                var expected = Interpreter.Run(test.Function, test.Named)["y"];
                var actual = KernelInterpreter.Run(program, test.Named, s => test.Sizes[s])["y"];
                foreach (var (e, a) in expected.Values.Zip(actual.Values))
                {
                    Assert.True(Math.Abs(e - a) <= 1e-10 * (1 + Math.Abs(e)), $"{test.Title}: {a} instead of {e}\n{KernelPrinter.Print(program)}");
                }
            }
        }
    }

    private static (KernelProgram Program, IReadOnlyDictionary<Kernel, ContractionPlan> Plans) Prepare(ContractionCase test, TileTarget target) =>
        ContractionScheduling.Apply(Scheduler.Schedule(test.Function), target);

    /// <summary>What the emitter relies on.</summary>
    private static void Verify(ContractionPlan plan)
    {
        foreach (var pass in plan.Passes)
        {
            Assert.All(pass.Operands, o => Assert.True(o.IsPlain));
            Assert.All(pass.Factors, f => Assert.True(f.Vector.Blocks is not null || f.Vector.Address[plan.VectorAxis] == Dim.One));
            Assert.True(pass.Broadcast.Address[plan.VectorAxis] == Dim.Zero || pass.Broadcast.Address[plan.VectorAxis] == Dim.One);
        }

        Assert.All(plan.Tile.WholeRows, a => Assert.True(a.Extent.IsConstant));
        var walked = plan.OuterAxes.Concat(plan.Tile.WholeRows).Append(plan.VectorAxis).Concat(plan.Tile.StepRows is { } s ? [s] : []);
        Assert.Equal(plan.Kernel.Axes.ToHashSet(), walked.ToHashSet());
    }
}
