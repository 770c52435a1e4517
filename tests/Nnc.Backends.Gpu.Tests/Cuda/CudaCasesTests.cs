using Nnc.Backends.Gpu.Scheduling;
using Nnc.Runtime.Files;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>The cases for machines with a GPU; <c>NNC_CUDA_CASES</c> names a folder to write all of them to, <c>NNC_CUDA_PRECISION</c> what products are computed in.</summary>
public sealed class CudaCasesTests
{
    [Fact]
    public void A_case_has_kernels_sizes_inputs_and_results()
    {
        var given = Environment.GetEnvironmentVariable("NNC_CUDA_CASES");
        var folder = given ?? Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");
        var precision = Enum.Parse<GpuPrecision>(Environment.GetEnvironmentVariable("NNC_CUDA_PRECISION") ?? nameof(GpuPrecision.Single), ignoreCase: true);
        string[] names = given is null ? ["xor"] : [.. EmittedExampleTests.Examples];
        foreach (var name in names)
        {
            CudaCases.Write(Path.Combine(folder, name), name, precision);
        }

        var arrays = Npz.Read(Path.Combine(folder, "xor", "train_step.npz")).Value;
        Assert.Equal(["xor.forward.sm_80.ptx", "xor.forward.sm_90.ptx", "xor.json", "xor.train_step.sm_80.ptx", "xor.train_step.sm_90.ptx"],
            Directory.GetFiles(Path.Combine(folder, "xor")).Select(f => Path.GetFileName(f)).Where(f => f.EndsWith(".ptx", StringComparison.Ordinal) || f.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Superset(new HashSet<string> { "size/N", "in/x", "in/p.dense.W", "out/p.dense.W", "out/loss" }, arrays.Select(a => a.Name).ToHashSet());
        if (given is null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
