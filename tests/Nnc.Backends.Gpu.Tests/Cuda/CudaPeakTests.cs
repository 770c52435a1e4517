using Nnc.Backends.Gpu.Cuda;
using Nnc.Backends.Gpu.Ptx;
using Nnc.Backends.Gpu.Scheduling;
using Nnc.Backends.Gpu.Tests.Ptx;
using Nnc.Backends.Llvm;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>What measures a device's peak, and the time of kernels.</summary>
public sealed class CudaPeakTests
{
    [Theory]
    [InlineData(GpuPrecision.Single, 2 * 16)]
    [InlineData(GpuPrecision.Tf32, 8 * 2 * 16 * 8 * 8 / 32)]
    [InlineData(GpuPrecision.Bf16, 8 * 2 * 16 * 8 * 16 / 32)]
    public void A_round_of_a_thread_has_its_operations(GpuPrecision precision, double flops)
    {
        using var driver = new StandInDriver();
        using var context = CudaContext.Open(driver);
        var rounds = PeakKernels.Rounds(precision);
        var peak = CudaPeak.Measure(context, precision, module => module.Ir, 2.0 / rounds);

        // The stand-in has 4 multiprocessors, of 4 groups that multiply or 8 that copy, and takes a microsecond for a launch.
        Assert.Equal(2 * flops * 16 * 256 / 1e-6, peak.Flops, 1e-3 * peak.Flops);
        Assert.Equal(2 * 16 * 32 * 256 / 1e-6, peak.Bytes, 1e-3 * peak.Bytes);
        Assert.Equal((0, 0), (driver.Used, driver.Modules));
    }

    [Theory]
    [InlineData(GpuPrecision.Single, "fma.rn.f32", 16)]
    [InlineData(GpuPrecision.Tf32, "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32", 8)]
    [InlineData(GpuPrecision.Bf16, "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32", 8)]
    public void No_chain_is_left_out(GpuPrecision precision, string instruction, int chains)
    {
        var ptx = LlvmPtx.Compile(PtxModule.Prelude + PeakKernels.Write(precision), "sm_80");
        Assert.Equal(0, (ptx.Split(instruction).Length - 1) % chains);
        Assert.Contains(instruction, ptx, StringComparison.Ordinal);
        Assert.Contains("ld.global.v4.f32", ptx, StringComparison.Ordinal);
        if (Ptxas.Absence is null)
        {
            Assert.Equal(0, Ptxas.Spilled(Ptxas.Assemble(ptx, "sm_80")));
        }
    }
}
