using Nnc.Backends.Llvm.Interop;
using Nnc.Backends.Llvm.Jit;

namespace Nnc.Backends.Llvm;

/// <summary>LLVM IR of kernels for NVIDIA's devices as PTX, which a driver compiles when it loads it.</summary>
public static class LlvmPtx
{
    private const string Triple = "nvptx64-nvidia-cuda";

    /// <summary>The version of PTX that CUDA 11.8 knows, and all that came after it.</summary>
    private const string Version = "+ptx78";

    private static readonly Lazy<bool> _hasTarget = new(Initialize);

    /// <summary>
    /// The PTX of a module. Throws <see cref="LlvmUnavailableException"/> where LLVM's library is not installed. The module must call
    /// no generic mathematical intrinsics, at which LLVM ends the process on this target.
    /// </summary>
    /// <param name="processor">The oldest device that the code runs on: <c>sm_80</c>.</param>
    public static string Compile(string ir, string processor)
    {
        LlvmLibrary.Require();
        _ = _hasTarget.Value;
        var target = new CpuTarget(Triple, processor, Version, VectorBytes: 16);
        return System.Text.Encoding.UTF8.GetString(ModuleCompilation.TakeBytes(ModuleCompilation.Compile([ir], target, [], MachineFile.Assembly)));
    }

    private static bool Initialize()
    {
        LLVM.LLVMInitializeNVPTXTargetInfo();
        LLVM.LLVMInitializeNVPTXTarget();
        LLVM.LLVMInitializeNVPTXTargetMC();
        LLVM.LLVMInitializeNVPTXAsmPrinter();
        return true;
    }
}
