using System.Collections.Immutable;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Scheduling;
using Nnc.Graph.Tests.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>Calls of functions on the driver's stand-in: graphs, sizes, memory.</summary>
public sealed unsafe class CudaFunctionTests : IDisposable
{
    private static readonly GpuTarget _small = GpuTarget.Cuda(GpuPrecision.Single) with { GroupSize = 16 };

    private readonly StandInDriver _driver = new() { Memory = 1 << 20 };
    private readonly CudaContext _context;
    private readonly CudaPool _pool;

    public CudaFunctionTests()
    {
        _context = CudaContext.Open(_driver);
        _pool = new CudaPool(_context);
    }

    public void Dispose()
    {
        _pool.Dispose();
        _context.Dispose();
        _driver.Dispose();
    }

    [Fact]
    public void The_second_call_is_recorded_and_later_ones_are_one_launch()
    {
        using var function = Compile(Squares());
        var (x, y) = (_context.Allocate(4 * 5, "x"), _context.Allocate(4 * 5, "y"));
        for (var call = 1; call <= 4; call++)
        {
            Write(x, [call, 2, 3, 4, 5]);
            Call(function, [x, y], 5);
            Assert.Equal((float)(call * call), Read(y, 5)[0]);
        }

        Assert.Equal((1, 3, 1), (_driver.Launches, _driver.GraphLaunches, _driver.Graphs));
    }

    [Fact]
    public void Sizes_in_turn_have_a_graph_each()
    {
        using var function = Compile(Squares());
        var (x, y) = (_context.Allocate(4 * 5, "x"), _context.Allocate(4 * 5, "y"));
        for (var call = 0; call < 6; call++)
        {
            Write(x, [1, 2, call, 4, call]);
            Write(y, [-1, -1, -1, -1, -1]);
            Call(function, [x, y], call % 2 == 0 ? 5 : 3);
            Assert.Equal(call % 2 == 0 ? [1, 4, call * call, 16, call * call] : [1, 4, call * call, -1, -1], Read(y, 5));
        }

        Assert.Equal((2, 4, 2), (_driver.Launches, _driver.GraphLaunches, _driver.Graphs));
    }

    [Fact]
    public void Only_a_few_graphs_are_kept()
    {
        using var function = Compile(Squares());
        var (x, y) = (_context.Allocate(4 * 16, "x"), _context.Allocate(4 * 16, "y"));
        Write(x, [.. Enumerable.Range(0, 16).Select(i => (float)i)]);
        for (var size = 1; size <= 16; size++)
        {
            Call(function, [x, y], size);
            Call(function, [x, y], size);
        }

        Assert.Equal(4, _driver.Graphs);
        Assert.Equal(225, Read(y, 16)[15]);
    }

    [Fact]
    public void Other_addresses_are_another_call()
    {
        using var function = Compile(Squares());
        nint[] places = [.. Enumerable.Range(0, 4).Select(_ => _context.Allocate(4, "a tensor"))];
        Write(places[0], [3]);
        Write(places[2], [7]);
        for (var call = 0; call < 3; call++)
        {
            Call(function, [places[0], places[1]], 1);
            Call(function, [places[2], places[3]], 1);
        }

        Assert.Equal((9, 49), (Read(places[1], 1)[0], Read(places[3], 1)[0]));
    }

    [Fact]
    public void Nothing_to_do_is_no_launch()
    {
        using var function = Compile(Squares());
        var place = _context.Allocate(4, "a tensor");
        Call(function, [place, place], 0);
        Call(function, [place, place], 0);
        Assert.Equal((0, 0), (_driver.Launches, _driver.Graphs));
    }

    [Fact]
    public void A_loop_that_ends_early_waits_for_nothing()
    {
        var (name, create) = RecurrenceCases.All.First(c => Scheduler.Schedule(c.Value()).Loops.Any(l => l.Until is not null));
        var function = create();
        using var compiled = Compile(function);
        var sizes = compiled.Symbols.Select(s => s.Name == "T" ? 6L : 2L).ToArray();
        var count = function.Inputs.Length + function.Outputs.Count(o => o.Role != OutputRole.Update);
        nint[] places = [.. Enumerable.Range(0, count).Select(k => _context.Allocate(compiled.ArgumentBytes(k, sizes), name))];
        _pool.Reserve(compiled.WorkspaceBytes(sizes), "a call");
        var waits = _driver.Waits;
        for (var call = 0; call < 3; call++)
        {
            compiled.Enqueue(places, sizes, _pool.Address);
        }

        Assert.Equal(waits, _driver.Waits);
    }

    [Fact]
    public void A_recurrence_is_one_launch_however_long_it_is()
    {
        var function = RecurrenceCases.Lstm(3, 5);
        using var compiled = Compile(function);
        var launches = new List<int>();
        foreach (var steps in (long[])[3, 30])
        {
            var sizes = compiled.Symbols.Select(s => s.Name == "T" ? steps : 2L).ToArray();
            var count = function.Inputs.Length + function.Outputs.Length;
            nint[] places = [.. Enumerable.Range(0, count).Select(k => _context.Allocate(compiled.ArgumentBytes(k, sizes), "an argument"))];
            _pool.Reserve(compiled.WorkspaceBytes(sizes), "a call");
            var before = _driver.Launches;
            compiled.Enqueue(places, sizes, _pool.Address);
            launches.Add(_driver.Launches - before);
        }

        Assert.Equal(launches[0], launches[1]);
    }

    [Fact]
    public void A_call_that_does_not_fit_says_so()
    {
        var refusal = Assert.Throws<CudaException>(() => _pool.Reserve(2 << 20, "A call of `f`"));
        Assert.Equal(("NN0754", "A call of `f` takes 2,097,152 bytes of the device's memory, and 1,048,576 are free"), (refusal.Code, refusal.Message));
        _pool.Reserve(1 << 19, "a smaller one");
        Assert.Equal(1 << 19, _driver.Used);
    }

    [Fact]
    public void Places_beyond_32_bits_are_refused()
    {
        using var function = Compile(Squares());
        var refusal = Assert.Throws<CudaException>(() => Call(function, [0, 0], 3_000_000_000));
        Assert.Equal(("NN0757", "`x` has 3,000,000,000 elements, and kernels count in 32 bits"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public void A_module_that_the_driver_refuses_is_told_with_its_log()
    {
        var refusal = Assert.Throws<CudaException>(() => new CudaFunction(_context, Scheduled(Squares()), _ => "refuse this"));
        Assert.Equal("NN0755", refusal.Code);
        Assert.EndsWith("\nline 1: refused", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_does_not_fit_leaves_nothing()
    {
        var builder = new GraphBuilder();
        var table = builder.ConstantTensor(new TensorType(ElementType.Real, new Shape([Dim.Constant(1 << 19)])), [.. Enumerable.Range(0, 1 << 19).Select(i => (double)i)]);
        var x = builder.Input("x", table.Type);
        var function = new GraphFunction("large", [new GraphInput("x", InputRole.Data, x)], [new GraphOutput("y", OutputRole.Result, builder.Add(x, table))]);
        Assert.Equal("NN0754", Assert.Throws<CudaException>(() => Compile(function)).Code);
        Assert.Equal((0, 0), (_driver.Modules, _driver.Used));
    }

    [Fact]
    public void What_a_function_took_is_given_back()
    {
        using (var function = Compile(Squares()))
        {
            var (x, y) = (_context.Allocate(4, "x"), _context.Allocate(4, "y"));
            Write(x, [2]);
            Call(function, [x, y], 1);
            Call(function, [x, y], 1);
            _context.Free(x);
            _context.Free(y);
        }

        _pool.Dispose();
        Assert.Equal((0, 0), (_driver.Used, _driver.Graphs));
    }

    /// <summary>y[n] = x[n]².</summary>
    private static GraphFunction Squares()
    {
        var builder = new GraphBuilder();
        var size = Dim.Symbol(new DimSymbol("N", Minimum: 0));
        var x = builder.Input("x", new TensorType(ElementType.Real, new Shape([size])));
        return new GraphFunction("squares", [new GraphInput("x", InputRole.Data, x)], [new GraphOutput("y", OutputRole.Result, builder.Multiply(x, x))]);
    }

    private static GpuProgram Scheduled(GraphFunction function) => GpuScheduler.Schedule(Scheduler.Schedule(function), _small);

    private CudaFunction Compile(GraphFunction function) => new(_context, Scheduled(function), module => module.Ir);

    private void Call(CudaFunction function, nint[] arguments, params long[] sizes)
    {
        _pool.Reserve(function.WorkspaceBytes(sizes), "a call");
        function.Enqueue(arguments, sizes, _pool.Address);
    }

    private void Write(nint place, float[] values)
    {
        fixed (float* first = values)
        {
            _context.CopyToDevice(place, (nint)first, 4 * values.Length);
        }
    }

    private float[] Read(nint place, int count)
    {
        var values = new float[count];
        fixed (float* first = values)
        {
            _context.CopyToHost((nint)first, place, 4 * count);
            _context.Synchronize();
        }

        return values;
    }
}
