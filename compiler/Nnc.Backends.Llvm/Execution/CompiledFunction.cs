using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Emission;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Backends.Llvm.Execution;

/// <summary>
/// A kernel program as native code in this process, with a workspace that grows to the sizes it is called with. Not for use by
/// two callers at once.
/// </summary>
public sealed unsafe class CompiledFunction : IDisposable
{
    private const nuint Alignment = 64;

    private readonly NativeModule _module;
    private readonly delegate* unmanaged<nint*, long*, nint, nint, int> _run;
    private readonly NativeText _text;
    private readonly ulong* _cycles;
    private readonly CpuTarget _target;
    private nint _workspace;
    private long _workspaceSize;
    private long[] _lastSizes = [];

    internal CompiledFunction(KernelProgram program, CpuTarget target, bool profile)
    {
        Program = program;
        _target = target;
        Symbols = SizeTable.SymbolsOf(program.Source);
        _text = ProgramWriter.Write(program, target, profile);
        _module = NativeModule.Load(_text.Ir, target);
        _cycles = profile ? (ulong*)_module.Find(ProgramWriter.Cycles) : null;
        _run = (delegate* unmanaged<nint*, long*, nint, nint, int>)_module.Find(ProgramWriter.EntryPoint);
    }

    public KernelProgram Program { get; }

    /// <summary>The symbolic dimensions in the order in which calls pass their sizes.</summary>
    public ImmutableArray<DimSymbol> Symbols { get; }

    /// <summary>The modules before optimisation.</summary>
    public string IrText => string.Join("\n", _text.Ir);

    /// <summary>Each kernel in order, and the fewest processor cycles that one of its runs took; empty unless profiled.</summary>
    public IEnumerable<(string Kernel, ulong Cycles)> Profile =>
        _cycles == null ? [] : _text.Kernels.Select((kernel, i) => (kernel, CyclesOf(i)));

    /// <summary>The bytes of workspace that a call with these sizes needs.</summary>
    public long WorkspaceBytes(ReadOnlySpan<long> sizes)
    {
        var values = sizes.ToArray();
        return _text.WorkspaceBytes.Evaluate(s => values[Symbols.IndexOf(s)]);
    }

    /// <summary>The modules after optimisation.</summary>
    public string PrintOptimized() => Print(asAssembly: false);

    /// <summary>The target's assembly.</summary>
    public string PrintAssembly() => Print(asAssembly: true);

    /// <summary>Runs the function once.</summary>
    /// <param name="arguments">The inputs' addresses, then those of the outputs that are not updates, each aligned to 64 bytes.</param>
    /// <param name="sizes">The sizes of <see cref="Symbols"/>, each at least its minimum.</param>
    /// <param name="pool">The threads to use; null for the caller alone.</param>
    public void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes, WorkerPool? pool = null)
    {
        if (!sizes.SequenceEqual(_lastSizes) || _workspace == 0)
        {
            Reserve(WorkspaceBytes(sizes));
            _lastSizes = sizes.ToArray();
        }

        fixed (nint* first = arguments)
        fixed (long* dims = sizes)
        {
            _run(first, dims, _workspace, pool?.Native ?? 0);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)_workspace);
        _workspace = 0;
        _module.Dispose();
    }

    private string Print(bool asAssembly) => string.Join("\n", _text.Ir.Select(m => NativeModule.Print(m, _target, asAssembly)));

    private ulong CyclesOf(int kernel) => _cycles[kernel];

    private void Reserve(long bytes)
    {
        if (_workspace != 0 && bytes <= _workspaceSize)
        {
            return;
        }

        NativeMemory.AlignedFree((void*)_workspace);
        _workspaceSize = Math.Max(bytes, (long)Alignment);
        _workspace = (nint)NativeMemory.AlignedAlloc((nuint)_workspaceSize, Alignment);
    }
}
