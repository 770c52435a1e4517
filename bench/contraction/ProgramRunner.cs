using System.Runtime.InteropServices;
using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph.Kernels;

namespace Nnc.Bench.Contraction;

/// <summary>Runs the first kernels of a program on random arguments, with everything around their contractions.</summary>
internal sealed unsafe class ProgramRunner : IDisposable
{
    private readonly CompiledFunction _function;
    private readonly nint[] _arguments;
    private readonly long[] _sizes;

    public ProgramRunner(KernelProgram program, int kernels, CpuLevel cpu, IReadOnlyDictionary<DimSymbol, long> sizes)
    {
        _function = LlvmBackend.Compile(program with { Items = [.. program.Kernels[..kernels]] }, new LlvmOptions(cpu));
        _sizes = [.. _function.Symbols.Select(s => sizes[s])];
        var random = new Random(3);
        _arguments = [.. program.Buffers.Where(b => b.Place == BufferPlace.Argument).OrderBy(b => b.ArgumentIndex)
            .Select(b => Allocate(b.StorageCount.Evaluate(s => sizes[s]), random))];
    }

    public void Run() => _function.Invoke(_arguments, _sizes);

    public void Dispose()
    {
        _function.Dispose();
        foreach (var argument in _arguments)
        {
            NativeMemory.AlignedFree((void*)argument);
        }
    }

    private static nint Allocate(long count, Random random)
    {
        var memory = (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);
        for (var i = 0L; i < count; i++)
        {
            memory[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return (nint)memory;
    }
}
