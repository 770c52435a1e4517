using Nnc.Backends.Llvm.Execution;
using Nnc.Backends.Llvm.Jit;
using Nnc.Graph.Kernels;

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
}
