using System.Diagnostics;
using Nnc.Testing;
using Xunit;

namespace Nnc.Backends.Gpu.Tests.Cuda;

/// <summary>
/// The tool with a library in the driver's place (<c>driver.c</c>), which has its names and signatures and holds every launch against
/// what the kernel's PTX declares. Nothing is computed.
/// </summary>
public sealed class CudaDriverTests : IClassFixture<CudaDriverTests.Stub>
{
    private readonly Stub _stub;

    public CudaDriverTests(Stub stub) => _stub = stub;

    [Theory]
    [InlineData("mlp", "train", "N=8")]
    [InlineData("lenet", "train", "N=4")]
    [InlineData("charlstm", "train", "N=4", "T=3")]
    [InlineData("attention", "forward", "N=2", "T=8")]
    public void The_driver_takes_what_it_is_given(string name, string mode, params string[] sizes)
    {
        var (code, errors) = Run("", ["bench", $"bench/workloads/{name}.nnet", "--mode", mode, "--device", "cuda", "--seconds", "0.01", .. sizes.SelectMany(s => new[] { "--dim", s })]);
        Assert.Equal((0, ""), (code, errors));
    }

    [Fact]
    public void A_bench_tells_the_peak_and_every_kernel()
    {
        var (code, _) = Run("", ["bench", "bench/workloads/mlp.nnet", "--dim", "N=8", "--device", "cuda", "--precision", "tf32", "--profile", "--seconds", "0.01"], out var output);
        Assert.Equal(0, code);
        Assert.Contains("GFLOP/s measured as this machine's peak", output, StringComparison.Ordinal);
        Assert.Contains("GB/s measured in a copy within its memory", output, StringComparison.Ordinal);

        // A kernel for each of the three layers.
        Assert.Equal(3, output.Split("     500,000 nanoseconds  ").Length - 1);
    }

    [Theory]
    [InlineData("no device", "NN0751", "CUDA_ERROR_OTHER: as the stub says")]
    [InlineData("old driver", "NN0752", "CUDA 11.4")]
    [InlineData("old device", "NN0753", "`Stub` has compute capability 7.0")]
    [InlineData("memory", "NN0754", "and 5,000 are free")]
    [InlineData("fault", "NN0755", "CUDA_ERROR_ILLEGAL_ADDRESS: as the stub says")]
    [InlineData("module", "NN0755", "CUDA_ERROR_INVALID_PTX: as the stub says\nptxas: line 3")]
    public void What_it_refuses_is_told(string failure, string error, string message)
    {
        var (code, errors) = Run(failure, ["bench", "bench/workloads/mlp.nnet", "--dim", "N=64", "--device", "cuda", "--seconds", "0.01"]);
        Assert.Equal(1, code);
        Assert.StartsWith($"error[{error}]", errors, StringComparison.Ordinal);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Split("error[").Length - 1);
    }

    private (int Code, string Errors) Run(string failure, string[] arguments) => Run(failure, arguments, out _);

    private (int Code, string Errors) Run(string failure, string[] arguments, out string said)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "nnc.dll"), .. arguments])
        {
            WorkingDirectory = Snapshot.RepositoryRoot,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LD_LIBRARY_PATH"] = _stub.Folder;
        start.Environment["STUB"] = failure;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        said = output.Result;
        return (process.ExitCode, errors);
    }

    /// <summary>The library, built once.</summary>
    public sealed class Stub : IDisposable
    {
        public Stub()
        {
            Directory.CreateDirectory(Folder);
            var source = Path.Combine(Snapshot.RepositoryRoot, "tests", "Nnc.Backends.Gpu.Tests", "Cuda", "driver.c");
            using var compiler = Process.Start("gcc", ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-shared", "-fPIC", "-O1", "-o", Path.Combine(Folder, "libcuda.so.1"), source]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }

        public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}");

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
