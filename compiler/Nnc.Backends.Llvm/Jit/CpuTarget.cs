using System.Runtime.InteropServices;
using Nnc.Backends.Llvm.Contractions;
using Nnc.Backends.Llvm.Interop;

namespace Nnc.Backends.Llvm.Jit;

/// <summary>How far the vector instructions of a processor go; everything that depends on it is derived here.</summary>
public enum CpuLevel
{
    /// <summary>The best of the others that this machine has.</summary>
    Native,

    /// <summary>256-bit vectors and fused multiply-add (AVX2).</summary>
    X86V3,

    /// <summary>512-bit vectors with masks (AVX-512 F, BW, CD, DQ, VL).</summary>
    X86V4,
}

/// <summary>The processor that code is generated for.</summary>
/// <param name="Cpu">LLVM's name.</param>
/// <param name="Features">LLVM's features.</param>
/// <param name="VectorBytes">The width of a vector register.</param>
public sealed record CpuTarget(string Triple, string Cpu, string Features, int VectorBytes)
{
    /// <summary>Reals in a vector register.</summary>
    public int Lanes(int realBytes) => VectorBytes / realBytes;

    /// <summary>What functions carry so that inlining and code generation know the processor.</summary>
    internal string Attributes => $"\"target-cpu\"=\"{Cpu}\" \"target-features\"=\"{Features}\" \"prefer-vector-width\"=\"{VectorBytes * 8}\" nounwind";

    internal TileTarget Tiles(int realBytes) => new(Lanes(realBytes), VectorBytes == 64 ? 32 : 16, HasBroadcastOperand: VectorBytes == 64);

    public static CpuTarget For(CpuLevel level)
    {
        LlvmLibrary.Require();
        var triple = LlvmException.Take(LLVM.LLVMGetDefaultTargetTriple());
        var features = LlvmException.Take(LLVM.LLVMGetHostCPUFeatures());
        return level switch
        {
            CpuLevel.X86V3 => new(triple, "x86-64-v3", "", 32),
            CpuLevel.X86V4 => new(triple, "x86-64-v4", "-prefer-256-bit", 64),
            CpuLevel.Native => new(triple, LlvmException.Take(LLVM.LLVMGetHostCPUName()), features, HasAvx512(features) ? 64 : 32),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static bool HasAvx512(string features) =>
        new[] { "+avx512f", "+avx512bw", "+avx512dq", "+avx512vl" }.All(f => features.Split(',').Contains(f));

    /// <summary>A target machine, which the caller disposes of.</summary>
    internal nint CreateMachine()
    {
        if (LLVM.LLVMGetTargetFromTriple(Triple, out var target, out var error) != 0)
        {
            throw new LlvmException(LlvmException.Take(error));
        }

        const int DefaultLevel = 2, PositionIndependent = 2, JitDefaultModel = 1;
        return LLVM.LLVMCreateTargetMachine(target, Triple, Cpu, Features, DefaultLevel, PositionIndependent, JitDefaultModel);
    }
}
