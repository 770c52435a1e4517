using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Cuda;
using Nnc.Backends.Llvm;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Reference;
using Nnc.Graph.Scheduling;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Ptx;

/// <summary>Runs a function's kernels through the driver's stand-in, or with <c>NNC_CUDA=1</c> on this machine's GPU.</summary>
internal sealed unsafe class PtxRun : IDisposable
{
    private static readonly bool _isReal = Environment.GetEnvironmentVariable("NNC_CUDA") == "1";

    private readonly StandInDriver? _standIn;
    private readonly CudaContext _context;
    private readonly CudaPool _pool;
    private readonly GraphFunction _function;
    private readonly CudaFunction _compiled;
    private readonly ImmutableArray<GraphOutput> _outputs;

    private PtxRun(GpuProgram program, int groupsAtOnce)
    {
        _standIn = _isReal ? null : new() { GroupsAtOnce = groupsAtOnce };
        _context = CudaContext.Open(_standIn ?? (ICudaDriver?)CudaDriver.Find());
        (_pool, _function) = (new CudaPool(_context), program.Program.Source);
        _compiled = new CudaFunction(_context, program, Compile);
        _outputs = [.. _function.Outputs.Where(o => o.Role != OutputRole.Update)];
    }

    /// <summary>The results by name; updates are read back from their inputs' memory. Launches one by one and a graph must give the same.</summary>
    public static ImmutableDictionary<string, ReferenceTensor> Run(
        GraphFunction function, GpuTarget target, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long> sizes) =>
        Run(GpuScheduler.Schedule(Scheduler.Schedule(function), target), inputs, sizes);

    /// <summary>The same of a program whose plans are made.</summary>
    /// <param name="groupsAtOnce">How many groups the stand-in's device holds.</param>
    public static ImmutableDictionary<string, ReferenceTensor> Run(
        GpuProgram program, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long> sizes, int groupsAtOnce = 8)
    {
        using var run = new PtxRun(program, groupsAtOnce);
        var addresses = run.Allocate(sizes);
        var launched = run.Call(addresses, inputs, sizes);
        var recorded = run.Call(addresses, inputs, sizes);
        foreach (var (name, tensor) in launched)
        {
            Assert.Equal(tensor.Values, recorded[name].Values);
        }

        foreach (var address in addresses)
        {
            run._context.Free(address);
        }

        return recorded;
    }

    public void Dispose()
    {
        _compiled.Dispose();
        _pool.Dispose();
        _context.Dispose();
        _standIn?.Dispose();
    }

    private string Compile(PtxModule module) => _isReal ? LlvmPtx.Compile(PtxModule.Prelude + module.Ir, _context.Processor) : module.Ir;

    private long[] SizesOf(IReadOnlyDictionary<DimSymbol, long> sizes) => [.. _compiled.Symbols.Select(s => sizes[s])];

    private nint[] Allocate(IReadOnlyDictionary<DimSymbol, long> sizes) =>
        [.. Enumerable.Range(0, _function.Inputs.Length + _outputs.Length).Select(k => _context.Allocate(_compiled.ArgumentBytes(k, SizesOf(sizes)), "an argument"))];

    private ImmutableDictionary<string, ReferenceTensor> Call(
        nint[] addresses, IReadOnlyDictionary<string, ReferenceTensor> inputs, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        for (var k = 0; k < _function.Inputs.Length; k++)
        {
            var bytes = BytesOf(inputs[_function.Inputs[k].Name]);
            fixed (byte* first = bytes)
            {
                _context.CopyToDevice(addresses[k], (nint)first, bytes.Length);
            }
        }

        _pool.Reserve(_compiled.WorkspaceBytes(SizesOf(sizes)), "a call");
        _compiled.Enqueue(addresses, SizesOf(sizes), _pool.Address);
        var (results, next, names) = (ImmutableDictionary.CreateBuilder<string, ReferenceTensor>(), _function.Inputs.Length, _function.Inputs.Select(i => i.Name).ToList());
        foreach (var output in _function.Outputs)
        {
            results.Add(output.Name, Read(output.Node, addresses[output.Role == OutputRole.Update ? names.IndexOf(output.Updates!) : next++], sizes));
        }

        return results.ToImmutable();
    }

    private static byte[] BytesOf(ReferenceTensor tensor) => tensor.Element switch
    {
        ElementType.Real => MemoryMarshal.AsBytes<float>(tensor.Values.Select(v => (float)v).ToArray()).ToArray(),
        ElementType.Int => MemoryMarshal.AsBytes<int>(tensor.Values.Select(v => (int)v).ToArray()).ToArray(),
        ElementType.Bool => [.. tensor.Values.Select(v => (byte)v)],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private ReferenceTensor Read(Node node, nint address, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        int[] shape = [.. node.Shape.Select(d => (int)d.Evaluate(s => sizes[s]))];
        var count = shape.Aggregate(1, (a, b) => a * b);
        var bytes = new byte[count * (node.Element == ElementType.Bool ? 1 : 4)];
        fixed (byte* first = bytes)
        {
            _context.CopyToHost((nint)first, address, bytes.Length);
            _context.Synchronize();
        }

        return new(node.Element, shape, node.Element switch
        {
            ElementType.Real => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
            ElementType.Int => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
            ElementType.Bool => [.. bytes.Select(v => (double)v)],
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }
}
