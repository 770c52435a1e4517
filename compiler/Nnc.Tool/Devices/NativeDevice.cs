using System.Collections.Immutable;
using Nnc.Backends.Llvm;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Interop;
using Nnc.Backends.Llvm.Jit;
using Nnc.Core.Dimensions;
using Nnc.Graph;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling;
using Nnc.Runtime.Tensors;

namespace Nnc.Tool.Devices;

/// <summary>This machine's processor: functions are compiled through LLVM when they are first needed.</summary>
/// <param name="profile">Whether functions count the cycles of their kernels.</param>
internal sealed class NativeDevice(TensorElement real, CpuLevel cpu, int threads, bool profile = false) : IDevice
{
    private readonly WorkerPool? _pool = threads > 1 ? new WorkerPool(threads) : null;

    public string Name => "native";

    public TensorElement Real => real;

    public IDeviceFunction Compile(GraphFunction function) => WithLlvm(() =>
        new Function(LlvmBackend.Compile(Scheduler.Schedule(function, new KernelProgramOptions(real.Size())), new LlvmOptions(cpu, profile)), _pool));

    public void Dispose() => _pool?.Dispose();

    /// <summary>What a backend call gives; that LLVM is missing is told like any other failure.</summary>
    public static T WithLlvm<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (LlvmUnavailableException)
        {
            throw new ToolFailure(
                "NN0719", "LLVM 19's shared library, which makes native code, is not on this machine",
                "install it (Debian: apt-get install libllvm19), or use --device reference, which is slow");
        }
    }

    private sealed class Function(CompiledFunction compiled, WorkerPool? pool) : IDeviceFunction
    {
        public ImmutableArray<DimSymbol> Symbols => compiled.Symbols;

        public long WorkspaceBytes(ReadOnlySpan<long> sizes) => compiled.WorkspaceBytes(sizes);

        public void Invoke(ReadOnlySpan<nint> arguments, ReadOnlySpan<long> sizes) => compiled.Invoke(arguments, sizes, pool);

        public IEnumerable<(string Kernel, ulong Time)> Profile => compiled.Profile;

        public void Dispose() => compiled.Dispose();
    }
}
