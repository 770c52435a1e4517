using System.Collections.Immutable;
using ILGPU.Runtime;
using Nnc.Backends.Gpu.Ilgpu;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Models;
using Nnc.Graph.Operators;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests;

/// <summary>Plans that small samples of operators do not get: trees, chunks, tiles of several sizes, more buffers than parameters.</summary>
public sealed class EmittedScheduleTests
{
    private static readonly Dim _n = Dim.Symbol("N");

    private readonly GraphBuilder _builder = new();
    private readonly List<GraphInput> _inputs = [];
    private readonly SampleValues _random = new(5);

    [Theory]
    [InlineData(ReductionKind.Sum)]
    [InlineData(ReductionKind.Product)]
    [InlineData(ReductionKind.Max)]
    [InlineData(ReductionKind.Min)]
    public void A_group_shares_a_long_reduction(ReductionKind kind)
    {
        var x = Input("x", ElementType.Real, 3, _n);
        Check<GroupKernel>(_builder.Apply(new ReduceOperator(kind, [1]), x), 700, _random.Real(0.9, 1.1, 3, 700));
    }

    [Theory]
    [InlineData(ReductionKind.All, 1)]
    [InlineData(ReductionKind.Any, 0)]
    public void A_group_shares_a_long_reduction_of_truth_values(ReductionKind kind, int common)
    {
        var x = Input("x", ElementType.Bool, 3, _n);
        var values = new double[3 * 700];
        Array.Fill(values, common);
        values[1234] = 1 - common;
        Check<GroupKernel>(_builder.Apply(new ReduceOperator(kind, [1]), x), 700, new ReferenceTensor(ElementType.Bool, [3, 700], values));
    }

    /// <summary>Of equal values the first place is wanted, whichever thread has it.</summary>
    [Theory]
    [InlineData(ReductionKind.ArgMax, ElementType.Real)]
    [InlineData(ReductionKind.ArgMin, ElementType.Real)]
    [InlineData(ReductionKind.ArgMax, ElementType.Int)]
    public void A_group_finds_the_first_extreme(ReductionKind kind, ElementType element)
    {
        var x = Input("x", element, 3, _n);
        var values = _random.Int(0, 5, 3, 700);
        Check<GroupKernel>(_builder.Apply(new ArgReduceOperator(kind, 1), x), 700, new ReferenceTensor(element, [3, 700], values.Values));
    }

    /// <summary>Statistics of one pass and a use of both.</summary>
    [Fact]
    public void Reductions_over_the_same_loops_are_one_pass()
    {
        var x = Input("x", ElementType.Real, _n);
        var sum = _builder.Apply(new ReduceOperator(ReductionKind.Sum, [0]), x);
        var squares = _builder.Apply(new ReduceOperator(ReductionKind.Sum, [0]), _builder.Multiply(x, x));
        var program = Check<GroupKernel>(_builder.Subtract(squares, _builder.Multiply(sum, sum)), 300, _random.Real(-1.0, 1.0, 300));
        Assert.Single(program.Program.Kernels);
    }

    [Theory]
    [InlineData(5, 7, 3)]
    [InlineData(64, 64, 64)]
    [InlineData(130, 33, 70)]
    [InlineData(2, 200, 17)]
    public void Tiles_cover_every_point(int rows, int columns, int depth)
    {
        var (a, b) = (Input("a", ElementType.Real, rows, depth), Input("b", ElementType.Real, depth, columns));
        Check<TileKernel>(_builder.Contract(a, b, [0, 1], [1, 2], [0, 2]), 1, _random.Real(rows, depth), _random.Real(depth, columns));
    }

    [Fact]
    public void A_long_sum_of_few_results_is_divided()
    {
        var (a, b) = (Input("a", ElementType.Real, 1000, 4), Input("b", ElementType.Real, 1000, 6));
        var product = _builder.Contract(a, b, [0, 1], [0, 2], [1, 2]);
        var program = Check<TileKernel>(_builder.Apply(new ElementwiseOperator(ScalarFunction.Tanh), product), 1, _random.Real(-0.1, 0.1, 1000, 4), _random.Real(-0.1, 0.1, 1000, 6));
        Assert.Equal(2, program.Program.Kernels.Length);
    }

    /// <summary>Seventeen buffers in one kernel: they are passed as places in the whole memory.</summary>
    [Fact]
    public void More_buffers_than_parameters_are_places()
    {
        var inputs = Enumerable.Range(0, 16).Select(k => Input($"x{k}", ElementType.Real, _n)).ToArray();
        var program = Check<PointKernel>(inputs.Aggregate(_builder.Add), 9, [.. inputs.Select(_ => _random.Real(9))]);
        Assert.True(new KernelSignature(program.Program.Kernels.Single(), "Sum", 4, _ => false).IsPacked);
    }

    /// <summary>Of so many equal values one sum in one thread keeps three digits.</summary>
    [Fact]
    public void A_long_sum_of_one_thread_keeps_its_digits()
    {
        var sum = _builder.Apply(new ReduceOperator(ReductionKind.Sum, [0, 1]), Input("x", ElementType.Real, 600, 700));
        var function = new GraphFunction("run", [.. _inputs], [new GraphOutput("y", OutputRole.Result, sum)]);
        var tenths = new double[600 * 700];
        Array.Fill(tenths, 0.1);
        AssertEmitted(function, new() { ["x"] = new ReferenceTensor(ElementType.Real, [600, 700], tenths) }, 16);
    }

    /// <summary>Two sums of the same shape are one method; another operation, or another length, is not.</summary>
    [Fact]
    public void Kernels_that_differ_in_names_only_are_one_method()
    {
        Node[] results =
        [
            _builder.Apply(new ReduceOperator(ReductionKind.Sum, [1]), Input("a", ElementType.Real, 3, 300)),
            _builder.Apply(new ReduceOperator(ReductionKind.Sum, [1]), Input("b", ElementType.Real, 3, 300)),
            _builder.Apply(new ReduceOperator(ReductionKind.Product, [1]), Input("c", ElementType.Real, 3, 300)),
            _builder.Apply(new ReduceOperator(ReductionKind.Sum, [1]), Input("d", ElementType.Real, 3, 301)),
        ];
        var function = new GraphFunction("run", [.. _inputs], [.. results.Select((r, k) => new GraphOutput($"y{k}", OutputRole.Result, r))]);
        var text = IlgpuProject.Write(SourceOf(function)).Single(f => f.Path == "Schedule.Run.cs").Text;
        Assert.Equal(4, Count("            run."));
        Assert.Equal(3, Count("public readonly Action<"));

        var given = function.Inputs.ToDictionary(i => i.Name, i => _random.Real(0.9, 1.1, 3, i.Name == "d" ? 301 : 300));
        AssertEmitted(function, given, 256);

        int Count(string part) => text.Split(part).Length - 1;
    }

    private static void AssertEmitted(GraphFunction function, Dictionary<string, ReferenceTensor> given, int groupSize)
    {
        var emitted = EmittedModel.Compile(SourceOf(function));
        var actual = emitted.Call(emitted.Create(new Accelerator(groupSize)), "run", given, ImmutableDictionary<DimSymbol, long>.Empty);
        Comparison.AssertClose(Interpreter.Run(function, given), actual, 1e-5, $"groups of {groupSize}");
    }

    private static IlgpuSource SourceOf(GraphFunction function) =>
        new("schedule", new ModelGraph("schedule", [], [], [], []), [new IlgpuFunction("run", function)], 4);

    private Node Input(string name, ElementType element, params Dim[] shape)
    {
        var node = _builder.Input(name, new TensorType(element, new Shape(shape)));
        _inputs.Add(new GraphInput(name, InputRole.Data, node));
        return node;
    }

    /// <summary>Runs a result's function with both kinds of kernels; one of its plans must be of the given kind.</summary>
    private GpuProgram Check<TPlan>(Node result, int size, params ReferenceTensor[] values)
        where TPlan : GpuKernel
    {
        var function = new GraphFunction("run", [.. _inputs], [new GraphOutput("y", OutputRole.Result, result)]);
        var given = function.Inputs.Zip(values).ToDictionary(p => p.First.Name, p => p.Second);
        var sizes = function.Symbols.ToImmutableDictionary(s => s, _ => (long)size);
        var emitted = EmittedModel.Compile(SourceOf(function));
        foreach (var groupSize in (int[])[256, 16])
        {
            var actual = emitted.Call(emitted.Create(new Accelerator(groupSize)), "run", given, sizes);
            Comparison.AssertClose(Interpreter.Run(function, given), actual, 1e-5, $"groups of {groupSize}");
        }

        // PTX's IR in groups of few threads.
        var emulated = Ptx.PtxRun.Run(function, GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 }, given, sizes);
        Comparison.AssertClose(Interpreter.Run(function, given), emulated, 1e-5, "PTX");
        var program = GpuScheduler.Schedule(Scheduler.Schedule(function), GpuTarget.Common);
        Assert.Contains(program.Plans.Values, p => p is TPlan);
        return program;
    }
}
