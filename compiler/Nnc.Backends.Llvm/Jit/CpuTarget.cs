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

    /// <summary>128-bit vectors (NEON) of 64-bit Arm: for objects, which run elsewhere.</summary>
    AArch64,
}

/// <summary>The processor that code is generated for.</summary>
/// <param name="Cpu">LLVM's name.</param>
/// <param name="Features">LLVM's features.</param>
/// <param name="VectorBytes">The width of a vector register.</param>
public sealed record CpuTarget(string Triple, string Cpu, string Features, int VectorBytes)
{
    /// <summary>LLVM's passes, in its notation for them.</summary>
    public string Pipeline { get; init; } = Passes.Pipeline;

    /// <summary>Reals in a vector register.</summary>
    public int Lanes(int realBytes) => VectorBytes / realBytes;

    /// <summary>What functions carry so that inlining and code generation know the processor.</summary>
    internal string Attributes => $"\"target-cpu\"=\"{Cpu}\" \"target-features\"=\"{Features}\" \"prefer-vector-width\"=\"{VectorBytes * 8}\" nounwind";

    internal TileTarget Tiles(int realBytes) => new(Lanes(realBytes), VectorBytes == 64 || IsArm ? 32 : 16, HasBroadcastOperand: VectorBytes == 64);

    /// <summary>Whether it is a 64-bit Arm.</summary>
    public bool IsArm => Triple.StartsWith("aarch64", StringComparison.Ordinal);

    /// <summary>What every processor of the same family can run: for code besides kernels.</summary>
    internal CpuTarget Baseline => IsArm ? this : this with { Cpu = "x86-64", Features = "", VectorBytes = 16 };

    public static CpuTarget For(CpuLevel level)
    {
        LlvmLibrary.Require();
        if (level == CpuLevel.AArch64)
        {
            LlvmLibrary.RequireArm();
            return new("aarch64-unknown-linux-gnu", "generic", "+neon", 16);
        }

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
