using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Gpu.Cuda;

/// <summary>
/// A program on a device. A call enqueues all of its launches and waits for none. The first call with some sizes and addresses
/// launches kernel after kernel; the second one is recorded as a graph, which later ones launch at once.
/// </summary>
public sealed unsafe class CudaFunction : IDisposable
{
    /// <summary>What kernels count with has 32 bits, and a last group may reach beyond the end.</summary>
    private const long MostElements = int.MaxValue - 4096;

    private const long Alignment = 256;

    private readonly CudaContext _context;
    private readonly KernelProgram _program;
    private readonly ImmutableArray<KernelLoop> _loops;
    private readonly nint _module;
    private readonly CudaLauncher? _launcher;
    private readonly CudaGraphs _graphs;
    private readonly CudaProfile? _profile;
    private nint _constants;
    private readonly Dictionary<Buffer, nint> _constantPlaces = [];
    private readonly Dictionary<KernelLoop, nint> _flags = new(ReferenceEqualityComparer.Instance);

    /// <param name="compile">Makes PTX for the context's device of a module.</param>
    /// <param name="isProfiled">Whether kernels are timed: then calls are no graphs, whose launches have no events between them.</param>
    /// <exception cref="CudaException">NN0754, NN0755, NN0758: the driver refuses.</exception>
    public CudaFunction(CudaContext context, GpuProgram program, Func<PtxModule, string> compile, bool isProfiled = false)
    {
        _profile = isProfiled ? new CudaProfile(context) : null;
        (_context, _program, _loops, _graphs) = (context, program.Program, [.. program.Program.Loops.Where(l => l.Until is not null || program.Loops.ContainsKey(l))], new CudaGraphs(context));
        var module = PtxModule.Write(program);
        var result = context.Driver.LoadModule(out _module, compile(module), out var log);
        if (result != CudaResult.Success)
        {
            var (name, text) = context.Driver.Explain(result);
            throw CudaErrors.Failed($"loading the kernels of `{_program.Source.Name}`", name, text, log);
        }

        try
        {
            _launcher = new CudaLauncher(context, _program, module, _module) { Profile = _profile };
            AllocateConstants();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The symbolic dimensions in the order in which calls pass their sizes.</summary>
    public ImmutableArray<DimSymbol> Symbols => _program.Source.Symbols;

    /// <summary>The kernels and the least nanoseconds of each in a call; empty where they are not timed.</summary>
    public IEnumerable<(string Kernel, double Nanoseconds)> Profile => _profile?.Times ?? [];

    /// <summary>What a call with these sizes needs of the device besides its arguments and the program's constants.</summary>
    public long WorkspaceBytes(ReadOnlySpan<long> sizes)
    {
        var bound = Bind(sizes);
        return _program.WorkspaceBytes.Evaluate(s => bound[s]);
    }

    /// <summary>The bytes of an argument.</summary>
    public long ArgumentBytes(int argument, ReadOnlySpan<long> sizes)
    {
        var bound = Bind(sizes);
        var buffer = _program.Buffers.First(b => b.Place == BufferPlace.Argument && b.ArgumentIndex == argument);
        return buffer.StorageCount.Evaluate(s => bound[s]) * _program.Options.Bytes(buffer.Element);
    }

    /// <summary>Enqueues a call.</summary>
    /// <param name="arguments">
    /// Where on the device the inputs lie, then the outputs that are not updates; an update overwrites the input it is for. Each is
    /// aligned to 256 bytes.
    /// </param>
    /// <param name="workspace">Where on the device as many bytes lie as <see cref="WorkspaceBytes"/> says, aligned likewise.</param>
    /// <exception cref="CudaException">NN0755, NN0757.</exception>
    public void Enqueue(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes, nint workspace)
    {
        var call = _graphs.Find(arguments, sizes, workspace);
        if (call.Executable != 0)
        {
            _context.Check(_context.Driver.LaunchGraph(call.Executable, _context.Stream), "launching a graph");
            return;
        }

        var bound = Bind(sizes);
        var places = new CudaPlaces(arguments.ToArray(), workspace, _constantPlaces, _flags);
        if (!call.HasRun)
        {
            CheckCounts(bound);
            (call.Launches, call.HasRun) = (_launcher!.Run(bound, places), true);
        }
        else if (call.Launches is 0 or > CudaGraphs.MostLaunches || _profile is not null)
        {
            _launcher!.Run(bound, places);
        }
        else
        {
            _graphs.Record(call, () => _launcher!.Run(bound, places));
            _context.Check(_context.Driver.LaunchGraph(call.Executable, _context.Stream), "launching a graph");
        }
    }

    public void Dispose()
    {
        _graphs.Dispose();
        _launcher?.Dispose();
        _profile?.Dispose();
        _context.UnloadModule(_module);
        _context.Free(_constants);
    }

    private Dictionary<DimSymbol, long> Bind(ReadOnlySpan<long> sizes)
    {
        var bound = new Dictionary<DimSymbol, long>();
        var symbols = Symbols;
        for (var k = 0; k < symbols.Length; k++)
        {
            bound.Add(symbols[k], sizes[k]);
        }

        return bound;
    }

    private void CheckCounts(Dictionary<DimSymbol, long> sizes)
    {
        foreach (var buffer in _program.Buffers.Where(b => b.StorageOf is null))
        {
            if (buffer.StorageCount.Evaluate(s => sizes[s]) is > MostElements and var count)
            {
                throw CudaErrors.TooLarge($"`{buffer.Name}`", count);
            }
        }
    }

    /// <summary>Constants one after the other, then zero for each loop that may end early or has a barrier: one block.</summary>
    private void AllocateConstants()
    {
        var constants = _program.Buffers.Where(b => b.Place == BufferPlace.Constant && b.StorageOf is null).ToArray();
        var bytes = constants.Sum(Bytes) + (_loops.Length * Alignment);
        if (bytes == 0)
        {
            return;
        }

        _constants = _context.Allocate(bytes, $"the constants of `{_program.Source.Name}`");
        var next = 0L;
        var host = (byte*)NativeMemory.AllocZeroed((nuint)bytes);
        foreach (var constant in constants)
        {
            _constantPlaces.Add(constant, _constants + (nint)next);
            Write(constant, host + next);
            next += Bytes(constant);
        }

        foreach (var loop in _loops)
        {
            _flags.Add(loop, _constants + (nint)next);
            next += Alignment;
        }

        try
        {
            _context.CopyToDevice(_constants, (nint)host, bytes);
            _context.Synchronize();
        }
        finally
        {
            NativeMemory.Free(host);
        }

        long Bytes(Buffer buffer) => (((long)buffer.ConstantValues.Length * _program.Options.Bytes(buffer.Element)) + Alignment - 1) / Alignment * Alignment;
    }

    private static void Write(Buffer constant, byte* place)
    {
        for (var i = 0; i < constant.ConstantValues.Length; i++)
        {
            var value = constant.ConstantValues[i];
            switch (constant.Element)
            {
                case ElementType.Real: ((float*)place)[i] = (float)value; break;
                case ElementType.Int: ((int*)place)[i] = (int)value; break;
                case ElementType.Bool: place[i] = value != 0 ? (byte)1 : (byte)0; break;
                default: throw new System.Diagnostics.UnreachableException();
            }
        }
    }
}
