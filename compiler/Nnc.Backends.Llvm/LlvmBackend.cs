using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Emission;
using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Explanation;
using Nnc.Graph.Kernels;
using Nnc.Graph.Scheduling.Waves;

namespace Nnc.Backends.Llvm;

/// <param name="Cpu">The vector instructions to use.</param>
/// <param name="Profile">Whether to count the cycles of each kernel.</param>
public sealed record LlvmOptions(CpuLevel Cpu = CpuLevel.Native, bool Profile = false);

/// <summary>Compiles kernel programs to native code in this process.</summary>
public static class LlvmBackend
{
    /// <summary>
    /// Compiles a program. Throws <see cref="Interop.LlvmUnavailableException"/> where LLVM's library is not installed.
    /// </summary>
    public static CompiledFunction Compile(KernelProgram program, LlvmOptions? options = null) =>
        new(program, CpuTarget.For((options ?? new()).Cpu), options is { Profile: true });

    /// <summary>The program as it would be compiled, without compiling it. Throws as <see cref="Compile"/> does.</summary>
    public static NativeSchedule Schedule(KernelProgram program, LlvmOptions? options = null)
    {
        var target = CpuTarget.For((options ?? new()).Cpu).Tiles(program.Options.RealBytes);
        var (native, plans) = ContractionScheduling.Apply(Wavefronts.Apply(program), target);
        return new(program, native, plans.ToDictionary(p => p.Key, p => p.Value.Describe(target), (IEqualityComparer<Kernel>)ReferenceEqualityComparer.Instance));
    }
}
